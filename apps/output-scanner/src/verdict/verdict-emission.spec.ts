import { describe, expect, it } from 'vitest';
import type { Verdict } from '@countersign/contracts';
import { verdictEmission } from './verdict-emission.js';

const cause = { id: 'result', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const verdict = (over: Partial<Verdict> = {}): Verdict => ({
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  attempt: 1,
  pool: 'mcp',
  run_id: 'run_20261120T140003Z_9f2c41aa',
  lease_id: 'lease',
  epoch: 7,
  status: 'succeeded',
  constraints_digest: `sha256:${'c'.repeat(64)}`,
  kind: 'clean',
  scanned: `sha256:${'a'.repeat(64)}`,
  released: `sha256:${'b'.repeat(64)}`,
  output: 'null',
  error: null,
  findings: [],
  effects: false,
  ...over,
});

describe('verdictEmission', () => {
  it('addresses the verdict by its kind and the tail of the result', () => {
    const emission = verdictEmission(verdict(), 'agent.exec', cause);
    expect(emission.subject).toBe('verdict.clean.agent.exec');
    expect(JSON.parse(emission.text)).toEqual(verdict());
  });

  it('gives two results of one attempt two ids, so that a forged one does not take the place of the other', () => {
    const forged = verdict({ scanned: `sha256:${'f'.repeat(64)}` });
    expect(verdictEmission(forged, 'x', cause).id).not.toBe(verdictEmission(verdict(), 'x', cause).id);
  });

  it.each([
    ['under another topic', verdict(), 'agent.exec'],
    ['by another pool', verdict({ pool: 'agent' }), 'x'],
  ])(
    'gives the same bytes said %s an id of their own, so that they silence nobody (I3, X08)',
    (_where, copy, tail) => {
      expect(verdictEmission(copy, tail, cause).id).not.toBe(verdictEmission(verdict(), 'x', cause).id);
      expect(verdictEmission(copy, tail, cause).id).toBe(verdictEmission(copy, tail, cause).id);
    },
  );

  it('gives the end of a quarantine an id of its own', () => {
    const held = verdictEmission(verdict({ kind: 'quarantined' }), 'x', cause);
    expect(verdictEmission(verdict({ kind: 'released' }), 'x', cause).id).not.toBe(held.id);
  });

  it.each([
    ['clean', 'succeeded', false],
    ['clean', 'failed', true],
    ['quarantined', 'failed', false],
    ['released', 'succeeded', false],
    ['withheld', 'succeeded', true],
  ] as const)('awaits an answer to %s %s unless it is final', (kind, status, final) => {
    expect(verdictEmission(verdict({ kind, status }), 'x', cause).final).toBe(final);
  });
});
