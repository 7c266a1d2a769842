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
  commandApprovalResolve: subject('command.approval-service.resolve'),
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
