import { Service, Subjects } from '@countersign/contracts';

/** What the gateway takes in and gives out, on one screen. */
export const gatewayFlow = {
  service: Service.Gateway,
  /** It reads no stream: what it knows of a job after intake, it asks for. */
  consumes: [],
  publishes: [
    /** POST /api/v1/jobs */
    Subjects.jobFrom.filter({ producer: Service.Gateway }),
  ],
  asks: [
    /** GET /api/v1/jobs/:id, and before the output or a cancellation of a job that was taken in here */
    Subjects.queryJobGet.template,
    /** GET /api/v1/jobs */
    Subjects.queryJobList.template,
    /** GET /api/v1/jobs/:id/output */
    Subjects.queryJobOutput.template,
    /** POST /api/v1/jobs/:id/cancel */
    Subjects.commandJobCancel.template,
    /** GET /api/v1/approvals */
    Subjects.queryApprovalList.template,
    /** POST /api/v1/approvals/:job_id/approve and /deny */
    Subjects.commandApprovalResolve.template,
    /** GET /api/v1/traces/:trace_id */
    Subjects.queryTrace.template,
    /** GET /api/v1/audit/verify */
    Subjects.queryAuditVerify.template,
  ],
} as const;
