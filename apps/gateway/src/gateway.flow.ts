import { CONSUMERS, Service, Subjects } from '@countersign/contracts';

/** What the gateway takes in and gives out, on one screen. */
export const gatewayFlow = {
  service: Service.Gateway,
  /** What it knows of a job after intake, it asks for; but nobody could answer of jobs that are never decided. */
  consumes: [CONSUMERS.endUndecided],
  publishes: [
    /** POST /api/v1/jobs */
    Subjects.jobFrom.filter({ producer: Service.Gateway }),
    /** Commands that were refused at the edge */
    Subjects.eventRefused.filter({ service: Service.Gateway }),
    /** `npm run keys`, which has no broker: its word waits in the outbox */
    Subjects.eventApiKey.filter(),
    /** POST /api/v1/policy/check, when the policy could not be asked */
    Subjects.eventPolicyCheck.filter(),
  ],
  /** To the output-scanner: the pieces of what a run has uploaded, and room for a redacted copy of it. */
  answers: [
    Subjects.queryBlob.template,
    Subjects.commandBlobWrite.template,
    Subjects.commandBlobCommit.template,
  ],
  asks: [
    /**
     * GET /api/v1/jobs/:id; before a job with an id of its sender's own, the output or the cancellation of a job that
     * was taken in here; and for each of these once it is to be forgotten here
     */
    Subjects.queryJobGet.template,
    /** GET /api/v1/jobs */
    Subjects.queryJobList.template,
    /** GET /api/v1/jobs/:id/output and /api/v1/blobs/sha256/:digest */
    Subjects.queryJobOutput.template,
    /** POST /api/v1/jobs/:id/cancel */
    Subjects.commandJobCancel.template,
    /** GET /api/v1/approvals */
    Subjects.queryApprovalList.template,
    /** GET /api/v1/approvals/:job_id, /approvals/groups and /approvals/stream */
    Subjects.queryApprovalGet.template,
    Subjects.queryApprovalGroups.template,
    Subjects.queryApprovalChanges.template,
    /** POST /api/v1/approvals/:job_id/edit, /comments and /withdraw */
    Subjects.commandApprovalEdit.template,
    Subjects.commandApprovalComment.template,
    Subjects.commandApprovalWithdraw.template,
    /** POST /api/v1/approvals/:job_id/approve and /deny, /approvals/resolve */
    Subjects.commandApprovalResolve.template,
    /** GET /api/v1/reviews, POST /api/v1/reviews/:job_id/seen */
    Subjects.queryReviewList.template,
    Subjects.commandReviewSeen.template,
    /** GET /api/v1/traces/:trace_id */
    Subjects.queryTrace.template,
    /** GET /api/v1/audit/verify */
    Subjects.queryAuditVerify.template,
    /** GET /api/v1/warrants/keys; PUT /api/v1/blobs/sha256/:digest, which a warrant is shown to */
    Subjects.queryJwks.template,
    /** POST /api/v1/policy/check, /explain, /simulate and /replay */
    Subjects.policyCheck.template,
    Subjects.queryPolicyExplain.template,
    Subjects.queryPolicySimulate.template,
    Subjects.queryPolicyReplay.template,
    /** GET /api/v1/policies, /policies/active and /policies/:hash */
    Subjects.queryPolicySnapshots.template,
    Subjects.queryPolicySnapshot.template,
    /** POST /api/v1/policies, /policies/:hash/activate and /policies/rollback */
    Subjects.commandPolicyPush.template,
    Subjects.commandPolicyActivate.template,
    Subjects.commandPolicyRollback.template,
  ],
} as const;
