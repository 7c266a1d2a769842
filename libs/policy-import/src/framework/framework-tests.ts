import { instantThat } from '../hours/operating-hours.js';
import type { NativeTest } from '../write/native-policy.js';
import type { FrameworkRuleInput } from './framework-rules.js';

/** The main cases of a framework, as tests beside its rules. */
export function frameworkTests({ framework, answers, unlisted }: FrameworkRuleInput): readonly NativeTest[] {
  const { hours, forbidden, automatic, approvals, repositories } = framework;
  const open = hours && instantThat(hours.window, true)?.toISOString();
  const shut = hours && instantThat(hours.window, false)?.toISOString();
  const blocked = new Set(forbidden.map(({ value }) => value));
  const topic = (answers.topics[0] ?? 'job.>').replace('>', 'case').replaceAll('*', 'any');
  const test = (
    name: string,
    action: string,
    decision: NativeTest['decision'],
    more: object = {},
    now = open,
  ) => ({
    name,
    job: {
      topic,
      agent_id: answers.agents[0] ?? 'agent-test',
      tenant_id: 'default',
      action,
      // No pattern of the source is without a letter, digit or wildcard, and these are the names of no owner.
      ...(repositories.length > 0 && { resource: 'no-host/no-owner/no-repository' }),
      params: {},
      ...more,
    },
    ...(now !== undefined && { now }),
    decision,
  });
  const tests: NativeTest[] = [];
  for (const action of blocked) tests.push(test(`${action} is blacklisted`, action, 'deny'));
  if (!blocked.has('an-unlisted-action')) {
    tests.push(test('an action that is not listed', 'an-unlisted-action', unlisted));
  }
  // A pattern may cover any repository; then what follows would not be so.
  if (repositories.some(({ value }) => /(^|\/)\*[^/]*\//.test(value))) return tests;
  const limited = new Set(answers.rates.flatMap(({ actions }) => actions));
  for (const { value } of automatic) {
    if (blocked.has(value) || approvals.some(({ action }) => action === value)) continue;
    tests.push(test(`${value} needs no person`, value, limited.has(value) ? 'throttle' : 'allow'));
    if (shut !== undefined) tests.push(test(`${value} outside the hours is denied`, value, 'deny', {}, shut));
  }
  for (const { text, action, having } of approvals) {
    if (blocked.has(action)) continue;
    const params = having && paramsWith(answers.names.get(having.name)?.path.steps ?? [], having.value);
    if (having && !params) continue;
    if (!having && approvals.some((other) => other.action === action && other.having)) continue;
    tests.push(test(`${text} waits for a person`, action, 'require_approval', params ? { params } : {}));
  }
  return tests;
}

function paramsWith(steps: readonly string[], value: string): object | undefined {
  const [root, ...rest] = steps;
  if (root !== 'params') return undefined;
  return rest.reduceRight<unknown>((inner, step) => ({ [step]: inner }), [value]) as object;
}
