import { describe, expect, it } from 'vitest';
import type { Approval } from '../../api/types.js';
import { areAlike, canBeMarked } from './alike.js';

const approval = (changes: object = {}): Approval => {
  const alike = {
    shape: 's',
    topic: 'job.a',
    agent_id: 'a',
    kind: 'job',
    rule_ids: ['r', 'q'],
    confirm: null,
  };
  return { ...alike, ...changes } as unknown as Approval;
};

describe('requests', () => {
  it('are alike when nothing but values differs', () => {
    expect(areAlike(approval({ job_id: '1', rule_ids: ['r'] }), approval({ job_id: '2' }))).toBe(true);
  });

  it.each([{ shape: 't' }, { topic: 'job.b' }, { agent_id: 'b' }, { kind: 'output' }, { rule_ids: ['x'] }])(
    'are not alike with %j',
    (changes) => {
      expect(areAlike(approval(), approval(changes))).toBe(false);
    },
  );

  it('are never alike when their shape is not told', () => {
    for (const shape of [undefined, ''])
      expect(areAlike(approval({ shape }), approval({ shape }))).toBe(false);
  });

  it('H5: are not answered among others when something has to be typed', () => {
    expect([canBeMarked(approval()), canBeMarked(approval({ confirm: 'refund' }))]).toEqual([true, false]);
  });

  it('H18: are not answered among others when they hide something', () => {
    expect(canBeMarked(approval({ job: { params: { note: 'a\u202Eb' } } }))).toBe(false);
  });
});
