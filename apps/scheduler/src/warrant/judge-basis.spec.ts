import { ApprovalOutcome, DecisionType } from '@countersign/contracts';
import { canonicalJson, sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { aJob } from '../job/job.builders.js';
import type { Job } from '../job/job.js';
import { ASKS_FOR_TWO, aStoredApproval, aStoredBasis, POLICY_SNAPSHOT } from './basis.builders.js';
import { judgeBasis, type BasisProblem } from './judge-basis.js';
import type { StoredBasis } from './stored-basis.js';

const CONSTRAINTS = { max_runtime_sec: 45, max_retries: 1 };
const approved = aJob({ approvalId: 'approval-1' });
const problemOf = (job: Job, stored: StoredBasis | undefined) => {
  const verdict = judgeBasis(job, stored);
  return verdict.ok ? 'none' : verdict.problem;
};
const withApproval = (over: Parameters<typeof aStoredApproval>[0] = {}) =>
  aStoredBasis({ approval: aStoredApproval(over) }, ASKS_FOR_TWO);

describe('what is stored of a job', () => {
  it('warrants a run of what was decided, under the constraints of the decision', () => {
    const job = aJob({ constraints: CONSTRAINTS });
    expect(judgeBasis(job, aStoredBasis({}, {}, job))).toEqual({
      ok: true,
      basis: {
        policySnapshot: POLICY_SNAPSHOT,
        approvalIds: [],
        constraintsDigest: sha256Digest(canonicalJson(CONSTRAINTS)),
      },
    });
  });

  it('warrants a run that was approved, and names the approval', () => {
    expect(judgeBasis(approved, withApproval())).toMatchObject({
      ok: true,
      basis: { approvalIds: ['approval-1'] },
    });
  });

  it('warrants a run whatever the order of members in which constraints are stored', () => {
    const job = aJob({ constraints: { max_retries: 1, max_runtime_sec: 45 } });
    expect(problemOf(job, aStoredBasis({}, { constraints: CONSTRAINTS }))).toBe('none');
  });

  it.each<[string, Job, StoredBasis | undefined, BasisProblem['part']]>([
    ['is gone', aJob(), undefined, 'job'],
    ['holds other bytes (H06)', aJob(), aStoredBasis({ textHash: sha256Digest('another job') }), 'job'],
    [
      'holds other bytes and their digest (H06)',
      aJob({ jobHash: sha256Digest('another job') }),
      aStoredBasis({ textHash: sha256Digest('another job') }),
      'decision',
    ],
    ['has a decision about another job', aJob(), aStoredBasis({}, { job_id: 'another' }), 'decision'],
    ['has another decision', aJob(), aStoredBasis({}, { decision_id: 'decision-2' }), 'decision'],
    ['has a decision that denies', aJob(), aStoredBasis({}, { type: DecisionType.Deny }), 'decision'],
    ['belongs to another tenant', aJob({ tenantId: 'other' }), aStoredBasis(), 'decision'],
    ['has a decision that is none', aJob(), aStoredBasis({ decision: '{}' }), 'decision'],
    ['has a decision that is torn', aJob(), aStoredBasis({ decision: '{' }), 'decision'],
    [
      'has looser constraints (X13)',
      aJob({ constraints: { max_runtime_sec: 3_600 } }),
      aStoredBasis({}, { constraints: CONSTRAINTS }),
      'constraints',
    ],
    [
      'has an approval that is none',
      approved,
      aStoredBasis({ approval: '{"outcome":"granted"}' }, ASKS_FOR_TWO),
      'approval',
    ],
    [
      'has an approval of other bytes (H06)',
      approved,
      withApproval({ job_hash: sha256Digest('x') }),
      'approval',
    ],
    [
      'has an approval of another decision',
      approved,
      withApproval({ decision_id: 'decision-2' }),
      'approval',
    ],
    ['has an approval of an output', approved, withApproval({ kind: 'output' }), 'approval'],
    [
      'has an approval that it does not name',
      approved,
      withApproval({ approval_id: 'approval-2' }),
      'approval',
    ],
  ])('warrants no run when it %s', (_what, job, stored, part) => {
    expect(problemOf(job, stored)).toEqual({ code: 'digest_mismatch', part });
  });

  it.each<[string, Job, StoredBasis]>([
    ['nobody was asked', aJob(), aStoredBasis({}, ASKS_FOR_TWO)],
    ['the approval is not there', approved, aStoredBasis({}, ASKS_FOR_TWO)],
    ['the reviewers said no', approved, withApproval({ outcome: ApprovalOutcome.Rejected })],
    ['nobody voted', approved, withApproval({ votes: [] })],
    [
      'one person voted twice where two are needed',
      approved,
      withApproval({
        votes: ['a', 'b'].map((note) => ({
          voter: 'ann',
          vote: 'approve',
          at: '2026-11-20T12:00:00Z',
          note,
        })),
      }),
    ],
  ])('warrants no run that must be approved when %s (H06)', (_what, job, stored) => {
    expect(problemOf(job, stored)).toEqual({ code: 'not_approved', part: 'approval' });
  });
});
