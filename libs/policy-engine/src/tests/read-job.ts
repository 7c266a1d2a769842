import type { PolicyRequest } from '../decide/policy-request.js';
import { isTag } from '../decide/policy-request.js';
import type { Member, PolicyReader } from '../load/policy-reader.js';
import { isTopic } from '../topic/topic-pattern.js';
import { ProblemCode } from '../vocabulary.js';
import { readJson } from './read-json.js';
import type { Json } from './policy-test.js';

/** What a job has beside what a rule's `match` looks at; conditions see it. */
const DETAILS = [
  'job_id',
  'task_id',
  'estimate',
  'rationale',
  'publish',
  'retry_safe',
  'compensation',
  'not_before',
  'deadline',
];
const MATCHED = [
  'topic',
  'tenant_id',
  'agent_id',
  'action',
  'resource',
  'params',
  'risk_tags',
  'labels',
  'capabilities',
];

/** The `job` of a test, as the evaluator would ask about it. */
export function readJob(reader: PolicyReader, member: Member): PolicyRequest | undefined {
  const section = reader.section(member, 'job', [...MATCHED, ...DETAILS]);
  if (!section) return undefined;
  const { members, node } = section;
  const text = (name: string) => {
    const one = members.get(name);
    return one && reader.text(one, `job.${name}`);
  };
  const names = (name: string, fault: (item: string) => string | undefined) => {
    const one = members.get(name);
    return (one && reader.list(one, `job.${name}`, fault)) ?? [];
  };
  for (const name of ['topic', 'tenant_id', 'agent_id']) {
    if (!members.has(name)) reader.fault(node, ProblemCode.MissingKey, `the job of a test needs ${name}`);
  }
  const topic = text('topic');
  if (topic !== undefined && !isTopic(topic)) {
    reader.fault(members.get('topic')?.value ?? null, ProblemCode.BadValue, 'job.topic is no topic');
  }
  const tenantId = text('tenant_id');
  const agentId = text('agent_id');
  const action = text('action');
  const resource = text('resource');
  const params = members.get('params');
  const labels = members.get('labels');
  const request = {
    riskTags: names('risk_tags', (tag) => (isTag(tag) ? undefined : 'is no tag')),
    capabilities: names('capabilities', () => undefined),
    labels: Object.fromEntries((labels && reader.texts(labels, 'job.labels', () => true)) ?? []),
    params: params && readJson(reader, params, 'job.params'),
    ...(action !== undefined && { action }),
    ...(resource !== undefined && { resource }),
    details: readDetails(reader, members),
  };
  if (topic === undefined || tenantId === undefined || agentId === undefined) return undefined;
  return { topic, tenantId, agentId, ...request };
}

function readDetails(
  reader: PolicyReader,
  members: ReadonlyMap<string, Member>,
): Readonly<Record<string, Json>> {
  const details: [string, Json][] = [];
  for (const name of DETAILS) {
    const member = members.get(name);
    const value = member && readJson(reader, member, `job.${name}`);
    if (value !== undefined) details.push([name, value]);
  }
  return Object.fromEntries(details);
}
