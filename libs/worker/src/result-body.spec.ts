import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, Result, parseBody } from '@countersign/contracts';
import { newUlid, type JsonValue } from '@countersign/kernel';
import type { Grant } from './answers.js';
import { resultBody, type RunOutcome } from './result-body.js';

const aGrant = (changes: Partial<Grant> = {}): Grant => ({
  ok: true,
  server_time: '2026-01-01T00:00:00.000Z',
  job_id: newUlid(),
  attempt: 1,
  lease: { id: 'lease', epoch: 3, duration_ms: 15_000 },
  run_id: 'run_20260101T000000Z_0123abcd',
  constraints: {},
  heartbeat_sec: 5,
  ...changes,
});
const anOutcome = (output: JsonValue, changes: Partial<RunOutcome> = {}): RunOutcome => ({
  work: { status: 'succeeded', output },
  aborted: undefined,
  effects: [],
  startedAt: new Date(0),
  finishedAt: new Date(1),
  ...changes,
});

function bodyOf(grant: Grant, outcome: RunOutcome): Result {
  const parsed = parseBody(Result, Buffer.from(resultBody(grant, outcome)));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

describe('a result body', () => {
  it('keeps an output that fits', () => {
    expect(bodyOf(aGrant(), anOutcome('x'.repeat(500_000))).status).toBe('succeeded');
  });

  it.each([
    ['past the limit', 'x'.repeat(MAX_BODY_BYTES)],
    ['past the limit when its characters are encoded', 'ü'.repeat(MAX_BODY_BYTES / 2)],
  ])('replaces an output %s', (_what, output) => {
    expect(bodyOf(aGrant(), anOutcome(output))).toMatchObject({
      status: 'failed',
      output: null,
      error: { code: 'output_too_large' },
    });
  });

  it('keeps to the constraint on output', () => {
    const grant = aGrant({ constraints: { max_output_bytes: 10 } });
    expect(bodyOf(grant, anOutcome('12345678')).status).toBe('succeeded');
    expect(bodyOf(grant, anOutcome('123456789')).error?.code).toBe('output_too_large');
  });

  it('stays timed out when what was captured is too large', () => {
    const outcome = anOutcome('x'.repeat(MAX_BODY_BYTES), { aborted: 'runtime_limit' });
    expect(bodyOf(aGrant(), outcome)).toMatchObject({ status: 'timed_out', output: null });
  });

  it.each([
    [
      'a cycle',
      (() => {
        const a: Record<string, unknown> = {};
        return Object.assign(a, { a });
      })(),
    ],
    ['a big integer', 2n],
    ['an integer beyond 2^53-1', 2 ** 60],
    ['half of a surrogate pair', '\ud800'],
    ['nesting past 64', JSON.parse('['.repeat(70) + ']'.repeat(70))],
  ])('replaces an output with %s (X01)', (_what, output) => {
    expect(bodyOf(aGrant(), anOutcome(output as JsonValue))).toMatchObject({
      status: 'failed',
      output: null,
      error: { code: 'invalid_output' },
    });
  });

  it('survives a handler that returns something else', () => {
    const work = { status: 'failed', output: null, error: {} } as never;
    expect(bodyOf(aGrant(), anOutcome(null, { work })).error?.code).toBe('invalid_output');
  });

  it('says how many effects it does not list', () => {
    const effects = Array.from({ length: 2_000 }, (_, i) => ({ kind: 'file', op: 'write', target: `f${i}` }));
    const { effects: told } = bodyOf(aGrant(), anOutcome(null, { effects }));
    expect(told).toHaveLength(1_024);
    expect(told.at(-1)?.target).toBe('977 more effects');
  });
});
