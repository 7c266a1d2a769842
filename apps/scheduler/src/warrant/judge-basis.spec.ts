import { ApprovalOutcome, DecisionType } from '@countersign/contracts';
import { canonicalJson, sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { aJob } from '../job/job.builders.js';
import type { Job } from '../job/job.js';
import { ASKS_FOR_TWO, aStoredApproval, aStoredBasis, POLICY_SNAPSHOT, SEALS } from './basis.builders.js';
import { judgeBasis, type BasisProblem } from './judge-basis.js';
import type { StoredBasis } from './stored-basis.js';

const CONSTRAINTS = { max_runtime_sec: 45, max_retries: 1 };
const approved = aJob({ approvalId: 'approval-1' });
const problemOf = (job: Job, stored: StoredBasis | undefined) => {
  const verdict = judgeBasis(job, stored, SEALS);
  return verdict.ok ? 'none' : verdict.problem;
};
const withApproval = (over: Parameters<typeof aStoredApproval>[0] = {}) =>
  aStoredBasis({ approval: aStoredApproval(over) }, ASKS_FOR_TWO);
const OTHER = sha256Digest('another job');

/** What is stored, with one text of it changed and everything else as it was. */
function withEdit(
  member: 'decision' | 'approval',
  from: string | RegExp,
  to: string,
  stored: StoredBasis = withApproval(),
): StoredBasis {
  const before = stored[member] ?? '';
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${String(from)} is not in the ${member}`);
  return { ...stored, [member]: after };
}

describe('what is stored of a job', () => {
  it('warrants a run of what was decided, under the constraints of the decision', () => {
    const job = aJob({ constraints: CONSTRAINTS });
    expect(judgeBasis(job, aStoredBasis({}, {}, job), SEALS)).toEqual({
      ok: true,
      basis: {
        policySnapshot: POLICY_SNAPSHOT,
        approvalIds: [],
        constraintsDigest: sha256Digest(canonicalJson(CONSTRAINTS)),
      },
    });
  });

  it('warrants a run that was approved, and names the approval', () => {
    expect(judgeBasis(approved, withApproval(), SEALS)).toMatchObject({
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

  it.each<[string, Job, StoredBasis, BasisProblem['part']]>([
    [
      'a decision that asks for nobody any more (H06)',
      approved,
      withEdit('decision', '"REQUIRE_APPROVAL"', '"ALLOW"'),
      'decision',
    ],
    [
      'a decision that asks for fewer people (H06)',
      approved,
      withEdit('decision', '"quorum":2', '"quorum":1'),
      'decision',
    ],
    [
      'other bytes, with decision and digest of them (H06)',
      aJob({ jobHash: OTHER }),
      { ...withEdit('decision', aJob().jobHash, OTHER, aStoredBasis()), textHash: OTHER },
      'decision',
    ],
    [
      'constraints that both columns agree on (H06)',
      aJob({ constraints: { max_runtime_sec: 86_400 } }),
      withEdit('decision', '"constraints":{}', '"constraints":{"max_runtime_sec":86400}', aStoredBasis()),
      'decision',
    ],
    [
      'another sender, in both columns (H02)',
      aJob({ agentId: 'somebody-else' }),
      withEdit('decision', '"agent_id":"local-producer"', '"agent_id":"somebody-else"', aStoredBasis()),
      'decision',
    ],
    [
      'another sender, in its own column (H02)',
      aJob({ producer: 'somebody-else' }),
      aStoredBasis(),
      'decision',
    ],
    [
      'a vote of somebody who did not vote (H06)',
      approved,
      withEdit('approval', '"ben"', '"carl"'),
      'approval',
    ],
    [
      'a rejection that became a grant (H06)',
      approved,
      withEdit('approval', '"rejected"', '"granted"', withApproval({ outcome: ApprovalOutcome.Rejected })),
      'approval',
    ],
    ['an approval without a seal (H06)', approved, withEdit('approval', /,"seal":"[^"]+"/, ''), 'approval'],
  ])('warrants no run when somebody without a key wrote %s', (_what, job, stored, part) => {
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
