import type { PolicyRequest } from '../decide/policy-request.js';
import { actionOf, resourceOf } from '../decide/match-context.js';
import { wrongType } from './condition-fault.js';
import { toCel, ValueBudget, type CelMap } from './to-cel.js';

/** The members of `job` that come with a request as its details. */
export const DETAIL_FIELDS = [
  'job_id',
  'task_id',
  'estimate',
  'rationale',
  'publish',
  'retry_safe',
  'compensation',
  'not_before',
  'deadline',
] as const;
/** Everything that `job` may have. */
export const JOB_FIELDS: readonly string[] = [
  ...DETAIL_FIELDS,
  'tenant_id',
  'agent_id',
  'topic',
  'action',
  'resource',
  'params',
  'risk_tags',
  'labels',
  'capabilities',
];
/** Everything that `agent` may have. */
export const AGENT_FIELDS: readonly string[] = ['id', 'tenant', 'producer', 'by'];

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * What conditions see of one request. Built when the first condition is reached, and once: most decisions need none.
 * Maps, not objects: no name is there that the job does not have.
 */
export class ConditionInput {
  /** The variables of an expression. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The event's time in milliseconds since 1970, if it is known. */
  readonly now: number | undefined;
  private readonly job: CelMap;

  /** Throws {@link ConditionFault} for values that no JSON text has, or too many of them. */
  constructor(
    request: PolicyRequest,
    tokens: readonly string[],
    sets: Readonly<Record<string, readonly string[]>>,
  ) {
    this.job = jobOf(request, tokens);
    this.now = instantOf(request.now);
    this.variables = {
      job: this.job,
      agent: agentOf(request),
      sets: new Map(Object.entries(sets)),
      ...(this.now !== undefined && { now: new Date(this.now) }),
    };
  }

  /** The same input with all tags of the job, claimed and derived. */
  withTags(tags: readonly string[]): this {
    this.job.set('risk_tags', tags);
    return this;
  }
}

function jobOf(request: PolicyRequest, tokens: readonly string[]): CelMap {
  const budget = new ValueBudget();
  const job: CelMap = new Map();
  const add = (name: string, value: unknown) => {
    if (value !== undefined) job.set(name, toCel(value, budget));
  };
  for (const name of DETAIL_FIELDS) {
    if (request.details && Object.hasOwn(request.details, name)) add(name, request.details[name]);
  }
  add('tenant_id', request.tenantId);
  add('agent_id', request.agentId);
  add('topic', request.topic);
  add('action', actionOf(request, tokens));
  add('resource', resourceOf(request));
  add('params', request.params);
  add('risk_tags', request.riskTags);
  add('labels', request.labels);
  add('capabilities', request.capabilities);
  return job;
}

function agentOf({ agentId, tenantId, verified }: PolicyRequest): CelMap {
  const agent: CelMap = new Map([
    ['id', agentId],
    ['tenant', tenantId],
  ]);
  if (typeof verified?.producer === 'string') agent.set('producer', verified.producer);
  if (typeof verified?.by === 'string') agent.set('by', verified.by);
  return agent;
}

function instantOf(now: unknown): number | undefined {
  if (now === undefined) return undefined;
  const instant = typeof now === 'string' && INSTANT.test(now) ? Date.parse(now) : Number.NaN;
  if (Number.isNaN(instant)) throw wrongType('the time of the event is not well-formed');
  return instant;
}
