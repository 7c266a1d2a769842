import { CONSUMERS, Service, Subjects } from '@countersign/contracts';

/** What the approval service hears, says and answers: the index of its folders. */
export const approvalServiceFlow = {
  service: Service.ApprovalService,
  consumes: {
    /** `request/`: a decision asks; a PENDING approval is stored. */
    request: [CONSUMERS.requestApprovals, CONSUMERS.reviewQuarantine],
    /** `withdraw/`: the job ended; questions about it are taken back, or never open. Brings the owners of quarantined outputs. */
    withdraw: [CONSUMERS.withdrawEnded],
  },
  answers: {
    /** `resolve/`: a reviewer votes. */
    resolve: Subjects.commandApprovalResolve,
    /** `list/`: what waits for a reviewer. */
    list: Subjects.queryApprovalList,
  },
  /** `expire/`: once a second, what nobody answered in time. */
  sweeps: ['expire'],
  publishes: {
    /** granted, rejected, expired */
    aboutJobs: Subjects.approvalJob,
    /** granted, rejected, expired, withdrawn */
    aboutOutputs: Subjects.approvalOutput,
    /** A vote of the submitter; a second decision about a job id with other content. */
    refused: Subjects.eventRefused,
    deadLetters: Subjects.eventDeadLetter,
  },
} as const;
