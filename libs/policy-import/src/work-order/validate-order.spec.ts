import { describe, expect, it } from 'vitest';
import type { JsonValue } from '@countersign/kernel';
import { parseOrderPolicy, validateOrder, type OrderContext } from './validate-order.js';

const POLICY = {
  policy_id: 'nightly',
  allowed_shell_prefixes: ['npm run ', 'python3 jobs/', 'node'],
  blocked_shell_patterns: ['rm -rf'],
  max_retries_hard_cap: 2,
  min_backoff_sec: 30,
  max_backoff_sec: 90,
  required_step_fields: ['id', 'job_name'],
  required_success_markers: ['DONE'],
  required_state_paths: ['state/run.json'],
};
const STEP = { id: 'build', job_name: 'b', start_shell: 'npm run build', success_markers: ['DONE'] };
const ORDER = { work_order_id: 'wo-7', steps: [STEP], state_paths: ['state/run.json'] };

function answer(order: JsonValue, policy: object = POLICY, context: OrderContext = {}) {
  const parsed = parseOrderPolicy(JSON.stringify(policy));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return validateOrder(parsed.policy, order, context);
}
const errorsOf = (order: JsonValue, policy?: object) => {
  const given = answer(order, policy);
  return given.ok ? [] : given.errors;
};
const withStep = (step: Record<string, JsonValue>) => errorsOf({ ...ORDER, steps: [{ ...STEP, ...step }] });

describe('validating a work order (P5)', () => {
  it('answers with the ids of policy and order when nothing is wrong', () => {
    expect(answer(ORDER)).toEqual({ ok: true, policy_id: 'nightly', work_order_id: 'wo-7' });
  });

  it('reports all violations in one run, each with its step or ?', () => {
    const steps: JsonValue[] = [
      {
        id: 'one',
        job_name: 'x',
        start_shell: 'curl x',
        max_retries: 9,
        backoff_sec: 1,
        success_markers: [],
      },
      { job_name: 'y', start_shell: 'npm run "rm" -r -f x', success_markers: ['DONE'] },
      'three',
    ];
    expect(errorsOf({ work_order_id: 'wo', steps })).toEqual([
      'step ?: a step must be an object',
      'order: the state path "state/run.json" is required',
      'step one: start_shell is not one simple command with an allowed prefix',
      'step one: max_retries 9 is not from 0 to 2',
      'step one: backoff_sec 1 is not from 30 to 90',
      'step one: success_markers lacks "DONE"',
      'step ?: the field id is missing',
      'step ?: start_shell has the blocked pattern "rm -rf"',
    ]);
  });

  it('counts an absent max_retries as 1', () => {
    const policy = { ...POLICY, max_retries_hard_cap: 0 };
    expect(errorsOf(ORDER, policy)).toEqual(['step build: max_retries 1 is not from 0 to 0']);
    expect(errorsOf(ORDER, { ...POLICY, max_retries_hard_cap: 1 })).toEqual([]);
  });

  it('counts an absent backoff_sec as 60', () => {
    expect(errorsOf(ORDER, { ...POLICY, min_backoff_sec: 61 })).toEqual([
      'step build: backoff_sec 60 is not from 61 to 90',
    ]);
    expect(errorsOf(ORDER, { ...POLICY, min_backoff_sec: 60, max_backoff_sec: 60 })).toEqual([]);
  });

  it.each([[-1], [null], ['1'], [true], [[1]], [3]])('refuses %j as max_retries', (max_retries) => {
    expect(withStep({ max_retries })).toHaveLength(1);
  });

  it.each([[29], [91], [null], ['60']])('refuses %j as backoff_sec', (backoff_sec) => {
    expect(withStep({ backoff_sec })).toHaveLength(1);
  });

  it.each([
    'npm run build; rm x',
    'npm run build && id',
    'npm run build | sh',
    'npm run $(id)',
    'npm run "$(id)"',
    'npm run `id`',
    'npm run build > /etc/x',
    'npm run build\nid',
    'npm run build \\\nid',
    'npm running',
    'npm run a --exec=id',
    'npm run env id',
    'python3 jobs/../evil.py',
    'python3 "jobs/x.py"',
    'python3 -c 1',
    'node -e 1',
    'node',
    '"npm" install',
    'A=1 npm run build',
    ' ',
    '',
  ])('does not take %j for a command with an allowed prefix (P21)', (start_shell) => {
    expect(withStep({ start_shell })).toContain(
      'step build: start_shell is not one simple command with an allowed prefix',
    );
  });

  it.each(['npm run build', "npm run 'a b'", '"npm"  run x', 'python3 jobs/a.py --fast', 'node server.js'])(
    'takes %j for one',
    (start_shell) => {
      expect(withStep({ start_shell })).toEqual([]);
    },
  );

  it('asks the caller whether a state path exists that the order does not list', () => {
    const order = { work_order_id: 'wo-7', steps: [STEP] };
    expect(answer(order, POLICY, { statePathExists: (path) => path === 'state/run.json' }).ok).toBe(true);
    expect(answer(order, POLICY, { statePathExists: () => false }).ok).toBe(false);
  });

  it('reads state paths that are a mapping', () => {
    expect(errorsOf({ ...ORDER, state_paths: { run: 'state/run.json' } })).toEqual([]);
  });

  it.each([
    [null, 'order: it must be an object'],
    [[], 'order: it must be an object'],
    [{ steps: [STEP], state_paths: ['state/run.json'] }, 'order: work_order_id is missing'],
    [{ ...ORDER, steps: [] }, 'order: steps must be a list with at least one step'],
    [{ ...ORDER, steps: {} }, 'order: steps must be a list with at least one step'],
    [{ ...ORDER, steps: [STEP, STEP] }, 'step build: the id is used by more than one step'],
  ])('refuses the order %j', (order, error) => {
    expect(errorsOf(order)).toContain(error);
  });

  it('does not let an id forge a line of the report', () => {
    expect(withStep({ id: 'x\nok', max_retries: 9 })).toEqual([
      'step x?ok: max_retries 9 is not from 0 to 2',
    ]);
  });

  it('allows no command when the policy names no prefix', () => {
    expect(errorsOf({ work_order_id: 'w', steps: [STEP] }, { policy_id: 'p' })).toHaveLength(1);
  });

  it('does not take what an object inherits for a field', () => {
    const policy = { allowed_shell_prefixes: ['npm run '], required_step_fields: ['toString'] };
    expect(errorsOf({ work_order_id: 'w', steps: [STEP] }, policy)).toEqual([
      'step build: the field toString is missing',
    ]);
  });
});
