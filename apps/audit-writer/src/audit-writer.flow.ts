import { AUDIT_CONSUMERS, Subjects } from '@countersign/contracts';

/** What the audit-writer reads, answers and says. It is the one point that remembers; it decides nothing. */
export const auditWriterFlow = {
  /** Every stream, without a filter. Its own confirmations come back too, and are not recorded. */
  consumes: AUDIT_CONSUMERS,
  answers: [Subjects.queryTrace.template, Subjects.queryAuditVerify.template],
  /** To each service, after the commit: which of its messages are in the log, and which have been answered. */
  publishes: [Subjects.eventAudited.template],
} as const;
