import { expect, it } from 'vitest';
import { aJob, aRun } from '../job/job.builders.js';
import { signAnswers, type UnsignedAnswer } from './sign-answers.js';
import { warrantOf } from './warrant-of.js';

const basis = { policySnapshot: 'sha256:0', approvalIds: [], constraintsDigest: 'sha256:0' };
const granted = (leaseId: string): UnsignedAnswer => ({
  ...{ ok: true, job_id: 'job', attempt: 1, lease: { id: leaseId, epoch: 1, duration_ms: 1 } },
  ...{ server_time: '', run_id: '', constraints: {}, heartbeat_sec: 5 },
  warrant: warrantOf({ job: aJob(), attempt: aRun({ leaseId }) }, basis),
});
const refused: UnsignedAnswer = { ok: false, job_id: 'job', attempt: 1, code: 'already_claimed' };

it('every granted claim gets the token of its own warrant, and a refused one none', () => {
  const signer = {
    sign: (claims: { readonly lease_id: string }) => `token of ${claims.lease_id}`,
  };
  const answers = signAnswers([granted('a'), refused, granted('b')], signer);
  expect(answers.map((answer) => (answer.ok ? answer.warrant : answer.code))).toEqual([
    'token of a',
    'already_claimed',
    'token of b',
  ]);
});

it('an attempt that does not run has no warrant', () => {
  expect(() => warrantOf({ job: aJob(), attempt: aRun({ leaseId: null }) }, basis)).toThrow(/no attempt/);
});
