import { describe, expect, it } from 'vitest';
import { decide } from '../../decide/decide.js';
import { aRequest, aSnapshot } from '../../testing/builders.js';

const POLICY = aSnapshot('{ version: v1, tiers: [{ id: t, topics: [job.db.*], actions: { write: 2 } }] }');
const decided = (compensation: unknown) =>
  decide(POLICY, aRequest({ topic: 'job.db.write', details: { compensation } }));

describe('tier 2 (P6)', () => {
  it.each([
    null,
    false,
    true,
    '',
    'job.db.undo',
    0,
    [],
    ['job.db.undo'],
    {},
    { topic: '' },
    { topic: null },
    { topic: 'undo' },
    { topic: 7 },
    { params: {} },
  ])('takes %j for no compensation', (nothing) => {
    expect(decided(nothing)).toMatchObject({ type: 'DENY', reasonCode: 'compensation_required' });
  });

  it('takes a job that undoes it for one', () => {
    expect(decided({ topic: 'job.db.undo', params: {} }).type).toBe('ALLOW');
  });
});
