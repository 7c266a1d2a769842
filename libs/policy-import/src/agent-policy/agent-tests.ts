import type { Compare } from '../condition/condition.js';
import type { NameUse } from '../condition/value-checks.js';
import type { NativeTest } from '../write/native-policy.js';
import type { AgentRuleInput } from './agent-rules.js';
import { evaluateCondition } from '../condition/evaluate-condition.js';

/** The main cases of an agent policy, as tests beside its rules. */
export function agentTests({ policy, topics, uses }: AgentRuleInput): readonly NativeTest[] {
  const { agent, allowed, forbidden, escalations } = policy;
  const home = topics[0]?.replace('>', 'case').replaceAll('*', 'any') ?? 'job.case';
  const forbiddenNames = new Set(forbidden.map(({ value }) => value));
  const granted = allowed.map(({ value }) => value).filter((name) => !forbiddenNames.has(name));
  const job = (action: string, params: object = {}) => ({
    topic: home,
    agent_id: agent,
    tenant_id: 'default',
    action,
    params,
  });
  const tests: NativeTest[] = [];
  for (const name of forbiddenNames) {
    tests.push({ name: `${name} is forbidden`, job: job(name), decision: 'deny' });
  }
  tests.push({
    name: 'an action that is not listed is denied',
    job: job('an-unlisted-action'),
    decision: 'deny',
  });
  const calm = calmValues(uses);
  const waits =
    calm && escalations.some(({ condition }) => evaluateCondition(condition, (name) => calm.get(name)));
  if (!calm || waits) return tests;
  const params = paramsOf(uses, calm);
  if (params) {
    for (const name of granted) {
      tests.push({ name: `${name} is allowed`, job: job(name, params), decision: 'allow' });
    }
  }
  const [first] = granted;
  for (const { text, condition } of escalations) {
    const met = condition.kind === 'compare' && valueThatMeets(condition);
    const values = met && paramsOf(uses, new Map([...calm, [condition.name, met.value]]));
    if (!values || first === undefined) continue;
    tests.push({ name: `${text} waits for a person`, job: job(first, values), decision: 'require_approval' });
  }
  return tests;
}

/** A value for which a single comparison holds, if it is one that no check denies. */
function valueThatMeets({
  operator,
  value,
}: Compare): { readonly value: number | string | boolean } | undefined {
  if (operator === '==') return { value };
  if (typeof value !== 'number' || value < 1) return undefined;
  if (operator === '>' || operator === '>=') return { value: value + 1 };
  return operator === '!=' ? undefined : { value: value - 1 };
}

/** Values under which nothing escalates, if the simplest ones are such. */
function calmValues(uses: readonly NameUse[]): ReadonlyMap<string, number | string | boolean> {
  const calm = { number: 0, string: 'none-of-these', boolean: false } as const;
  return new Map(uses.map(({ resolved, type }) => [resolved.name, calm[type]]));
}

/** The values as params; undefined if a name is elsewhere in the job. */
function paramsOf(
  uses: readonly NameUse[],
  values: ReadonlyMap<string, unknown>,
): Readonly<Record<string, unknown>> | undefined {
  const params: Record<string, unknown> = {};
  for (const { resolved } of uses) {
    const [root, ...steps] = resolved.path.steps;
    if (root !== 'params') return undefined;
    let holder = params;
    for (const step of steps.slice(0, -1)) {
      holder[step] ??= {};
      holder = holder[step] as Record<string, unknown>;
    }
    holder[steps.at(-1) ?? ''] = values.get(resolved.name);
  }
  return params;
}
