// The bus as the contract draws it: which message travels on which subject, who sends it and who receives it.
import {
  AUDIT_CONSUMERS,
  CONSUMERS,
  ClaimRequest,
  ApiKeyChanged,
  ApprovalEvent,
  ApprovalResolved,
  Audited,
  DeadLetter,
  Decision,
  EventType,
  HeartbeatRequest,
  JobEvents,
  JobRequest,
  Offer,
  Output,
  OutputEvent,
  OutputQuestion,
  PolicyActivateRequest,
  PolicyChanged,
  PolicyCheckFailed,
  PolicyCheckRequest,
  PolicyExplainRequest,
  PolicyPushRequest,
  PolicyReevaluateRequest,
  PolicyReplayRequest,
  PolicyRollbackRequest,
  PolicySimulateRequest,
  PolicySnapshotRequest,
  PolicySnapshotsRequest,
  Refused,
  RESPONDERS,
  Result,
  ReviewEvent,
  SERVICES,
  Stop,
  STREAM_LIST,
  Subjects,
  Verdict,
} from '../libs/contracts/dist/index.js';

/** The message of each subject: its event type (none for requests) and the schema of its body. */
export const MESSAGES = {
  job: message('Job', EventType.Job, JobRequest),
  jobFrom: message('Job', EventType.Job, JobRequest),
  decision: message('Decision', EventType.Decision, Decision),
  approvalJob: message('ApprovalResolved', EventType.ApprovalResolved, ApprovalResolved),
  approvalOutput: message('ApprovalResolved', EventType.ApprovalResolved, ApprovalResolved),
  dispatch: message('Offer', EventType.Offer, Offer),
  result: message('Result', EventType.Result, Result),
  verdict: message('Verdict', EventType.Verdict, Verdict),
  output: message('Output', EventType.Output, Output),
  eventJob: message('JobEvents', EventType.JobEvent, JobEvents),
  eventAudited: message('Audited', EventType.Audited, Audited),
  eventDeadLetter: message('DeadLetter', EventType.DeadLetter, DeadLetter),
  eventRefused: message('Refused', EventType.Refused, Refused),
  eventApiKey: message('ApiKeyChanged', EventType.ApiKeyChanged, ApiKeyChanged),
  eventPolicy: message('PolicyChanged', EventType.PolicyChanged, PolicyChanged),
  eventApproval: message('ApprovalEvent', EventType.ApprovalEvent, ApprovalEvent),
  eventReview: message('ReviewEvent', EventType.ReviewEvent, ReviewEvent),
  eventOutput: message('OutputEvent', EventType.OutputEvent, OutputEvent),
  eventPolicyCheck: message('PolicyCheckFailed', EventType.PolicyCheckFailed, PolicyCheckFailed),
  controlStop: message('Stop', EventType.Stop, Stop),
  claim: message('ClaimRequest', undefined, ClaimRequest),
  heartbeat: message('HeartbeatRequest', undefined, HeartbeatRequest),
  policyCheck: message('PolicyCheckRequest', undefined, PolicyCheckRequest),
  queryPolicyExplain: message('PolicyExplainRequest', undefined, PolicyExplainRequest),
  queryPolicySimulate: message('PolicySimulateRequest', undefined, PolicySimulateRequest),
  queryPolicyReplay: message('PolicyReplayRequest', undefined, PolicyReplayRequest),
  queryPolicySnapshots: message('PolicySnapshotsRequest', undefined, PolicySnapshotsRequest),
  queryPolicySnapshot: message('PolicySnapshotRequest', undefined, PolicySnapshotRequest),
  commandPolicyPush: message('PolicyPushRequest', undefined, PolicyPushRequest),
  commandPolicyActivate: message('PolicyActivateRequest', undefined, PolicyActivateRequest),
  commandPolicyRollback: message('PolicyRollbackRequest', undefined, PolicyRollbackRequest),
  queryPolicyOutput: message('OutputQuestion', undefined, OutputQuestion),
  commandPolicyReevaluate: message('PolicyReevaluateRequest', undefined, PolicyReevaluateRequest),
};

function message(name, type, schema) {
  return { name, type, schema };
}

export const parametersOf = (template) => [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
export const subjectOf = (key) => Subjects[key];
export const KEYS = Object.keys(Subjects);

/** Whether some subject is matched by both filters. */
function overlap(a, b) {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    if (left[i] === undefined || right[i] === undefined) return false;
    if (left[i] === '>' || right[i] === '>') return true;
    if (left[i] !== right[i] && left[i] !== '*' && right[i] !== '*') return false;
  }
  return true;
}

/** The filters of a channel: one for each service when a service stands in its address. */
function filtersOf(key) {
  const subject = subjectOf(key);
  return parametersOf(subject.template).includes('service')
    ? SERVICES.map((service) => subject.filter({ service }))
    : [subject.filter()];
}

const touches = (key, filter) => filtersOf(key).some((own) => overlap(own, filter));
export const streamOf = (key) =>
  STREAM_LIST.find((stream) => stream.subjects.some((filter) => touches(key, filter)));
export const responderOf = (key) =>
  RESPONDERS.find((responder) => filtersOf(key).some((filter) => filter === responder.subject));

/** Who sends what, as `[role, key]`: services by the table of streams, outsiders by their imports. */
export function senders() {
  const pairs = STREAM_LIST.flatMap((stream) =>
    stream.publishers.flatMap(({ service, subject }) =>
      KEYS.filter((key) => key !== 'job' && touches(key, subject)).map((key) => [service, key]),
    ),
  );
  return unique([...pairs, ['producer', 'job'], ['worker', 'result']]);
}

/** Who receives what, as `[role, key]`. */
export function receivers() {
  const pairs = [...Object.values(CONSUMERS), ...AUDIT_CONSUMERS].flatMap((consumer) => {
    const filters = consumer.filter
      ? [consumer.filter]
      : STREAM_LIST.find((stream) => stream.name === consumer.stream).subjects;
    return KEYS.filter((key) => key !== 'job' && filters.some((filter) => touches(key, filter))).map(
      (key) => [consumer.service, key],
    );
  });
  return unique([
    ...pairs,
    ...SERVICES.map((service) => [service, 'eventAudited']),
    ['producer', 'output'],
    ['producer', 'eventJob'],
    ['worker', 'dispatch'],
    ['worker', 'controlStop'],
  ]);
}

export function unique(pairs) {
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()];
}

/** The message of a subject. */
export const messageNameOf = (key) => MESSAGES[key]?.name ?? 'Query';

/** A caller as the documents name it. */
export const roleOf = (caller) => (caller === 'pool' ? 'worker' : caller);
