import { describe, expect, it } from 'vitest';
import { decideByReference } from '../reference/decide-by-reference.js';
import { aRequest, aSnapshotOf } from '../testing/builders.js';
import { decide } from './decide.js';

describe('of equally strict rules that match (P01)', () => {
  const rule = (id: string, over: object = {}) => ({
    id,
    match: { topics: ['job.>'] },
    decision: 'allow',
    ...over,
  });
  const snapshot = aSnapshotOf([
    rule('a-adds-audit', { grants: false, obligations: ['audit'] }),
    rule('c-grants'),
    rule('b-grants'),
    rule('d-adds-review', { grants: false, obligations: ['review_after'] }),
  ]);

  it('one that grants is told as the deciding one, in order of id, by both interpreters', () => {
    const ids = ['b-grants', 'c-grants', 'a-adds-audit', 'd-adds-review'];
    const decision = decide(snapshot, aRequest());
    expect(decision).toMatchObject({ type: 'ALLOW', ruleIds: ids, reason: 'Allowed by rule b-grants.' });
    expect(decideByReference(snapshot, aRequest()).ruleIds).toEqual(ids);
  });

  it('a stricter one that grants nothing still comes before one that grants', () => {
    const stricter = aSnapshotOf([
      rule('a-grants'),
      rule('z-asks', { grants: false, decision: 'require_approval' }),
    ]);
    expect(decide(stricter, aRequest()).ruleIds).toEqual(['z-asks', 'a-grants']);
  });

  it('are told in order of id however many they are and wherever the index has them', () => {
    const ids = Array.from({ length: 60 }, (_, at) => `r${String(at).padStart(2, '0')}`);
    const topics = [['job.>'], ['job.mcp-bridge.>', 'job.*.read.ticket'], ['job.mcp-bridge.read.ticket']];
    const many = aSnapshotOf(ids.map((id, at) => rule(id, { match: { topics: topics[at % 3] } })));
    expect(decide(many, aRequest()).ruleIds).toEqual(ids);
  });
});
