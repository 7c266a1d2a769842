import { subject } from './subject.js';

/** Every subject on the bus. `tail` is a topic without its leading `job.`. */
export const Subjects = {
  /** What a producer publishes in its own account. */
  job: subject('job.{tail}'),
  /** The same message as CORE stores it: the import stamps the producer, its verified identity. */
  jobFrom: subject('from.{producer}.job.{tail}'),
  decision: subject('decision.{effect}.{tail}'),
  approvalJob: subject('approval.job.{outcome}.{tail}'),
  approvalOutput: subject('approval.output.{outcome}.{tail}'),
  dispatch: subject('dispatch.{pool}.{tail}'),
  result: subject('result.{pool}.{tail}'),
  verdict: subject('verdict.{kind}.{tail}'),
  output: subject('output.{tenant}.{producer}.{tail}'),
  /** What happened to jobs of one producer; one message carries all jobs of a batch that reached the state. */
  eventJob: subject('event.job.{tenant}.{producer}.{state}'),
  /** Entries that the audit log has stored, told to the service whose outbox they come from. */
  eventAudited: subject('event.audit.appended.{service}'),
  eventDeadLetter: subject('event.{service}.dead_letter'),
  eventRefused: subject('event.{service}.refused'),
  /** An API key was made or ended. */
  eventApiKey: subject('event.gateway.api_key.{change}'),
  /** A policy was pushed or activated, or one was refused. */
  eventPolicy: subject('event.policy-evaluator.policy.{change}'),
  /** A question to the reviewers went on without ending: it was escalated, commented or edited. */
  eventApproval: subject('event.approval-service.approval.{change}'),
  /** A person has looked at released work. */
  eventReview: subject('event.approval-service.review.{change}'),
  /** Somebody has to know something about an output: what was found in it, or that its sealed bytes were opened. */
  eventOutput: subject('event.output-scanner.output.{change}'),
  /** A synchronous check had no answer: what its fail mode made of it. */
  eventPolicyCheck: subject('event.gateway.policy_check.{outcome}'),
  controlStop: subject('control.stop.{pool}'),
  claim: subject('claim.{pool}'),
  heartbeat: subject('heartbeat.{pool}'),
  queryJobGet: subject('query.job.get'),
  queryJobList: subject('query.job.list'),
  queryJobOutput: subject('query.job.output'),
  commandJobCancel: subject('command.scheduler.cancel'),
  /** The public keys that warrants are verified with. */
  queryJwks: subject('query.scheduler.jwks'),
  queryApprovalList: subject('query.approval-service.list'),
  queryApprovalGet: subject('query.approval-service.get'),
  /** What waits, put together by what is alike. */
  queryApprovalGroups: subject('query.approval-service.groups'),
  /** What has changed about questions since a cursor. */
  queryApprovalChanges: subject('query.approval-service.changes'),
  commandApprovalResolve: subject('command.approval-service.resolve'),
  commandApprovalWithdraw: subject('command.approval-service.withdraw'),
  commandApprovalComment: subject('command.approval-service.comment'),
  commandApprovalEdit: subject('command.approval-service.edit'),
  /** Released work that waits for a person's mark, or has it. */
  queryReviewList: subject('query.approval-service.reviews'),
  commandReviewSeen: subject('command.approval-service.seen'),
  /** What would be decided about a job, without a trace of it anywhere. */
  policyCheck: subject('policy.check'),
  queryPolicyExplain: subject('query.policy-evaluator.explain'),
  queryPolicySimulate: subject('query.policy-evaluator.simulate'),
  queryPolicyReplay: subject('query.policy-evaluator.replay'),
  queryPolicySnapshots: subject('query.policy-evaluator.snapshots'),
  queryPolicySnapshot: subject('query.policy-evaluator.snapshot'),
  commandPolicyPush: subject('command.policy-evaluator.push'),
  commandPolicyActivate: subject('command.policy-evaluator.activate'),
  commandPolicyRollback: subject('command.policy-evaluator.rollback'),
  /** What the policy says of a known job now. */
  commandPolicyReevaluate: subject('command.policy.reevaluate'),
  /** What the policy says of findings in outputs. */
  queryPolicyOutput: subject('query.policy.output'),
  /** A piece of what a run has uploaded, for the scan. */
  queryBlob: subject('query.gateway.blob'),
  /** A piece of the redacted copy of a blob, and its end. */
  commandBlobWrite: subject('command.gateway.blob_write'),
  commandBlobCommit: subject('command.gateway.blob_commit'),
  queryTrace: subject('query.audit-writer.trace'),
  queryAuditVerify: subject('query.audit-writer.verify'),
} as const;

/** The topic of a job (`job.<tail>`) from a subject tail. */
export function topicOf(tail: string): string {
  return `job.${tail}`;
}

/** The subject tail of a topic, or undefined when the topic is outside the grammar. */
export function tailOf(topic: string): string | undefined {
  return Subjects.job.parse(topic)?.tail;
}
