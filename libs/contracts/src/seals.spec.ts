import { canonicalJson } from '@countersign/kernel';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApprovalResolved } from './approval-messages.js';
import type { Decision } from './decision-messages.js';
import {
  approvalSeal,
  decisionSeal,
  isApprovalSealed,
  isDecisionSealed,
  parseSealKeys,
  type SealKeys,
} from './seals.js';

const keyText = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const KEYS: SealKeys = [Buffer.alloc(32, 1)];
const HASH = `sha256:${'a'.repeat(64)}`;
const sealedMembers = {
  decision_id: 'job:decision:0',
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  job_hash: HASH,
  type: 'REQUIRE_APPROVAL',
  rule_ids: ['ask'],
  reason_code: 'rule',
  constraints: { max_runtime_sec: 60 },
  obligations: { approval: { quorum: 2, groups: ['ops'], ttl_sec: 300 } },
  policy_snapshot: HASH,
  verified: { producer: 'p', caller: 'c', tenant_id: 't', agent_id: 'a', by: 'account' },
  evaluated_at: '2026-01-01T00:00:00.000Z',
} as const satisfies Partial<Record<keyof Decision, unknown>>;
const decision = { ...sealedMembers } as unknown as Decision;
const approval: ApprovalResolved = {
  approval_id: 'ap',
  kind: 'job',
  job_id: sealedMembers.job_id,
  job_hash: HASH,
  attempt: 0,
  decision_id: 'job:decision:0',
  policy_snapshot: HASH,
  outcome: 'granted',
  votes: [{ voter: 'ann', vote: 'approve', at: '2026-01-01T00:00:00Z', note: '' }],
  resolved_at: '2026-01-01T00:00:00Z',
};

describe('the seal of a decision', () => {
  it('is HMAC-SHA-256 over RFC 8785 text of what decides, what it is and its version', () => {
    const text = canonicalJson({ what: 'decision', v: 1, ...sealedMembers } as never);
    expect(decisionSeal(decision, KEYS)).toBe(
      `hmac-sha256:${createHmac('sha256', KEYS[0]).update(text).digest('base64url')}`,
    );
  });

  it('holds whatever the order of members', () => {
    const turned = Object.fromEntries(Object.entries(decision).reverse()) as unknown as Decision;
    expect(isDecisionSealed({ ...turned, seal: decisionSeal(decision, KEYS) }, KEYS)).toBe(true);
  });

  it.each(Object.keys(sealedMembers))('does not hold when %s was changed (H06)', (member) => {
    const seal = decisionSeal(decision, KEYS);
    expect(isDecisionSealed({ ...decision, [member]: 'changed', seal }, KEYS)).toBe(false);
    expect(isDecisionSealed({ ...decision, [member]: undefined, seal }, KEYS)).toBe(false);
  });

  it('is that of no approval, even under the same key', () => {
    const both = { ...approval, ...decision };
    expect(isApprovalSealed({ ...both, seal: decisionSeal(both, KEYS) }, KEYS)).toBe(false);
  });
});

describe('the seal of an approval', () => {
  it.each(['approval_id', 'job_id', 'job_hash', 'decision_id', 'policy_snapshot', 'outcome', 'resolved_at'])(
    'does not hold when %s was changed (H06)',
    (member) => {
      const seal = approvalSeal(approval, KEYS);
      expect(isApprovalSealed({ ...approval, seal }, KEYS)).toBe(true);
      expect(isApprovalSealed({ ...approval, [member]: 'changed', seal }, KEYS)).toBe(false);
    },
  );

  it('does not hold for other votes, and not when it is missing (H06)', () => {
    const seal = approvalSeal(approval, KEYS);
    const votes = approval.votes.map((vote) => ({ ...vote, voter: 'ben' }));
    expect(isApprovalSealed({ ...approval, votes, seal }, KEYS)).toBe(false);
    expect(isApprovalSealed(approval, KEYS)).toBe(false);
  });
});

describe('any text', () => {
  it('is no seal but the one that was made, of whatever length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (text) => {
        expect(isDecisionSealed({ ...decision, seal: text }, KEYS)).toBe(false);
        expect(isDecisionSealed({ ...decision, seal: `hmac-sha256:${text}` }, KEYS)).toBe(false);
      }),
    );
  });
});

describe('a file of seal keys', () => {
  it('seals with its first key and knows the seals of all', () => {
    const [before, after] = [parseSealKeys(keyText(1)), parseSealKeys(`${keyText(2)}\n${keyText(1)}\n`)];
    const old = { ...decision, seal: decisionSeal(decision, before) };
    const young = { ...decision, seal: decisionSeal(decision, after) };
    expect(young.seal).not.toBe(old.seal);
    expect([isDecisionSealed(old, after), isDecisionSealed(young, after)]).toEqual([true, true]);
    expect(isDecisionSealed(young, before)).toBe(false);
  });

  it.each(['', 'short', `${keyText(1)}\nshort`, Buffer.alloc(33).toString('base64')])(
    'is refused as %j, without a word of it',
    (text) => {
      expect(() => parseSealKeys(text)).toThrow(expect.objectContaining({ code: 'unsafe_key' }) as Error);
      if (text !== '') expect(() => parseSealKeys(text)).not.toThrow(text);
    },
  );
});
