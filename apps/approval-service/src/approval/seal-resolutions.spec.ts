import { EventType, isApprovalSealed, type ApprovalResolved, type SealKeys } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { approvalSealersOf } from './seal-resolutions.js';

const KEYS: SealKeys = [Buffer.alloc(32, 1)];
const resolved: ApprovalResolved = {
  approval_id: '01JE4XQ8Z6T0V9K3M2N5P7R8S1',
  kind: 'job',
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  job_hash: `sha256:${'a'.repeat(64)}`,
  attempt: 0,
  decision_id: 'decision-1',
  policy_snapshot: null,
  outcome: 'granted',
  votes: [{ voter: 'ann', vote: 'approve', at: '2026-01-01T00:00:00Z', note: 'fine' }],
  resolved_at: '2026-01-01T00:00:00Z',
};
const seal = (body: ApprovalResolved) =>
  approvalSealersOf({ approvalSealKeys: () => KEYS })[EventType.ApprovalResolved]?.(body) as ApprovalResolved;

describe('the end of a question', () => {
  it('about a job bears the seal of the approval-service, whatever the end (H06)', () => {
    for (const outcome of ['granted', 'rejected', 'expired', 'withdrawn'] as const)
      expect(isApprovalSealed(seal({ ...resolved, outcome }), KEYS)).toBe(true);
  });

  it('about an output bears none: it runs nothing', () => {
    expect(seal({ ...resolved, kind: 'output' })).not.toHaveProperty('seal');
  });

  it('can not be told without the keys', () => {
    const approvalSealKeys = () => {
      throw new CodedError('missing_key', 'no key');
    };
    expect(() => approvalSealersOf({ approvalSealKeys })).toThrow('no key');
  });
});
