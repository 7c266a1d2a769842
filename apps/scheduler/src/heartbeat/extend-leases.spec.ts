import { AttemptState } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { answerTo, type HeldLease } from './extend-leases.js';

const lease: HeldLease = { pool: 'mcp', workerId: 'mcp-1', leaseId: 'lease-1', epoch: 1 };
type Row = NonNullable<Parameters<typeof answerTo>[1]>;
const aRow = (over: Partial<Row> = {}): Row => ({
  ...lease,
  state: AttemptState.Running,
  reportedAtMs: null,
  extendsMs: 15_000,
  cancelRequested: false,
  ...over,
});

describe('a heartbeat', () => {
  it('of the current lease extends it and tells of a cancel', () => {
    expect(answerTo(lease, aRow({ cancelRequested: true }))).toEqual({
      ok: true,
      lease_id: 'lease-1',
      extends_ms: 15_000,
      cancel: true,
      result_recorded: false,
    });
  });

  it('after the result tells that it is recorded', () => {
    const row = aRow({ state: AttemptState.Ended, reportedAtMs: 1 });
    expect(answerTo(lease, row)).toMatchObject({ ok: true, extends_ms: 0, result_recorded: true });
  });

  it.each([
    ['an unknown lease', undefined],
    ['another epoch', aRow({ epoch: 2 })],
    ['another worker', aRow({ workerId: 'mcp-2' })],
    ['another pool', aRow({ pool: 'agent' })],
    ['a run past its limit', aRow({ extendsMs: 0 })],
    ['a run that ended without a result', aRow({ state: AttemptState.Ended })],
  ])('of %s is stale', (_what, row) => {
    expect(answerTo(lease, row)).toEqual({ ok: false, lease_id: 'lease-1', code: 'stale_lease' });
  });
});
