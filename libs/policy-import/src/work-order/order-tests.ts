import type { JsonValue } from '@countersign/kernel';
import type { NativeTest } from '../write/native-policy.js';
import type { WorkOrderPolicy } from './read-work-order-policy.js';
import { DEFAULT_BACKOFF_SEC, DEFAULT_RETRIES, stepViolations } from './step-violations.js';

/** The main cases of a work-order policy, as tests beside its rules. */
export function orderTests(policy: WorkOrderPolicy, topics: readonly string[]): readonly NativeTest[] {
  const good = goodStep(policy);
  const [first] = policy.prefixes;
  const topic = (topics[0] ?? 'job.work-order.>').replace('>', 'step').replaceAll('*', 'any');
  const test = (name: string, fields: Record<string, JsonValue>, decision: NativeTest['decision']) => ({
    name,
    job: {
      topic,
      agent_id: 'agent-test',
      tenant_id: 'default',
      params: { ...fields, state_paths: policy.statePaths.map(({ value }) => value) },
    },
    decision,
  });
  const tests: NativeTest[] = [
    test(
      'a command without an allowed prefix is denied',
      { ...good, start_shell: 'unlisted-command' },
      'deny',
    ),
  ];
  if (!first || stepViolations(policy, good).length > 0) return tests;
  const { retriesCap, maxBackoff } = policy;
  const limited = retriesCap !== undefined || maxBackoff !== undefined;
  tests.push(
    test(`${first.text} runs`, good, limited ? 'allow_with_constraints' : 'allow'),
    test(
      `${first.text} and another command behind it is denied`,
      { ...good, start_shell: `${command(policy)}; id` },
      'deny',
    ),
  );
  if (retriesCap !== undefined) {
    tests.push(
      test('one retry more than the cap is denied', { ...good, max_retries: retriesCap + 1 }, 'deny'),
    );
  }
  if (maxBackoff !== undefined) {
    tests.push(test('a longer back-off is denied', { ...good, backoff_sec: maxBackoff + 1 }, 'deny'));
  }
  for (const { value } of policy.stepFields) {
    const { [value]: _left, ...rest } = good;
    tests.push(test(`a step without ${value} is denied`, rest, 'deny'));
  }
  return tests;
}

const command = ({ prefixes: [first] }: WorkOrderPolicy) => first?.sample ?? 'none';

/** A step that keeps to the policy, as far as one is easily made. */
function goodStep(policy: WorkOrderPolicy): Record<string, JsonValue> {
  const { retriesCap = DEFAULT_RETRIES, minBackoff = 0, maxBackoff = DEFAULT_BACKOFF_SEC } = policy;
  const fields = Object.fromEntries(policy.stepFields.map(({ value }) => [value, `the-${value}`] as const));
  return {
    ...fields,
    start_shell: command(policy),
    max_retries: Math.min(DEFAULT_RETRIES, retriesCap),
    backoff_sec: Math.min(Math.max(DEFAULT_BACKOFF_SEC, minBackoff), Math.max(maxBackoff, minBackoff)),
    success_markers: policy.successMarkers.map(({ value }) => value),
  };
}
