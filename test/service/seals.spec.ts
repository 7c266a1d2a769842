import {
  approvalSeal,
  Service,
  Subjects,
  EventType,
  type ApprovalResolved,
  type Decision,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { roleOf } from '@countersign/persistence';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClaimBench, PATIENTLY, POOL, TAILS } from './support/claim-bench.js';

const BY_TWO: Partial<Decision> = {
  type: 'REQUIRE_APPROVAL',
  obligations: { approval: { quorum: 2, groups: [], ttl_sec: 300 } },
  constraints: { max_runtime_sec: 5 },
};
/** A job that is due: the scheduler's sweep puts it on offer. */
const DUE = `state = 'SCHEDULED', offer_due_at = now()`;
const NO_SEAL = `hmac-sha256:${'A'.repeat(43)}`;

let bench: ClaimBench;
/** Whoever got hold of the password of the scheduler's database role, and of no key. */
let intruder: pg.Client;
beforeAll(async () => {
  bench = await ClaimBench.start([Service.Scheduler]);
  const url = new URL(bench.servers.postgres.url);
  url.username = roleOf(Service.Scheduler);
  url.password = await bench.servers.keys.passwordOf(Service.Scheduler);
  intruder = new pg.Client({ connectionString: url.href, options: '-c search_path=scheduler' });
  await intruder.connect();
});
afterAll(async () => {
  await intruder?.end();
  await bench?.stop();
});

const waiting = async () => {
  const jobId = await bench.decide(BY_TWO);
  await bench.reaches(jobId, 'PENDING_APPROVAL');
  return jobId;
};
const approved = async () => {
  const jobId = await waiting();
  await bench.approve(jobId);
  await bench.reaches(jobId, 'DISPATCHED');
  return jobId;
};
/** The claim of a job on offer is refused, told and audited, and ends the job; nobody got a lease. */
async function isRefused(jobId: string, code: string, part: string): Promise<void> {
  await bench.reaches(jobId, 'DISPATCHED');
  expect(await bench.claim({ jobId })).toMatchObject({ ok: false, code });
  expect(await bench.job(jobId)).toMatchObject({ state: 'FAILED', reason_code: code });
  expect(await bench.refusals(jobId)).toMatchObject([
    { what: 'claim', reason_code: code, detail: { pointer: `/${part}` } },
  ]);
  expect(await bench.attempts(jobId)).toMatchObject([{ state: 'ENDED', lease_id: null }]);
}

describe('as the role of the scheduler, without a key', () => {
  const change = async (jobId: string, assignments: string) => {
    const { rowCount } = await intruder.query(`UPDATE jobs SET ${assignments} WHERE job_id = $1`, [jobId]);
    expect(rowCount).toBe(1);
  };
  const edited = (column: 'decision' | 'approval', from: string, to: string) =>
    `${column} = replace(${column}, '${from}', '${to}')`;
  const ASKS = '"obligations":{"approval":{"quorum":2,"groups":[],"ttl_sec":300}}';
  const ALLOWED = `decision = replace(replace(decision, '"REQUIRE_APPROVAL"', '"ALLOW"'), '${ASKS}', '"obligations":{}')`;

  it.each([
    ['the type and the obligations', ALLOWED, 'digest_mismatch', 'decision'],
    ['the quorum', edited('decision', '"quorum":2', '"quorum":1'), 'digest_mismatch', 'decision'],
    ['nothing but the state', DUE, 'not_approved', 'approval'],
  ])('a job that waits for approval does not run by changing %s (H06)', async (_what, edit, code, part) => {
    const jobId = await waiting();
    await change(jobId, edit === DUE ? DUE : `${edit}, ${DUE}`);
    await isRefused(jobId, code, part);
  });

  it('no approval can be written, not even the words of one that was given for another job (H06)', async () => {
    const [jobId, other] = [await waiting(), await approved()];
    const [{ job_hash: hash }, { approval, job_hash: otherHash }] = [
      await bench.job(jobId),
      await bench.job(other),
    ];
    const copy = String(approval).replaceAll(other, jobId).replaceAll(String(otherHash), String(hash));
    const { approval_id: id } = JSON.parse(copy) as ApprovalResolved;
    await change(jobId, `approval = ${intruder.escapeLiteral(copy)}, approval_id = '${id}', ${DUE}`);
    await isRefused(jobId, 'digest_mismatch', 'approval');
  });

  it.each([
    ['a vote', edited('approval', '"ben"', '"carl"'), 'approval'],
    ['when it was approved', edited('approval', '2026-01-01', '2026-01-02'), 'approval'],
    [
      'the constraints, in both columns',
      `constraints = '{"max_runtime_sec":86400}', ${edited('decision', '"max_runtime_sec":5', '"max_runtime_sec":86400')}`,
      'decision',
    ],
    [
      'the sender, in all columns',
      `producer = 'intruder', ${edited('decision', '"producer":"gateway"', '"producer":"intruder"')}`,
      'decision',
    ],
    ['where the output goes', `producer = 'intruder'`, 'decision'],
  ])('an approved job does not run after changing %s (H02, H06)', async (_what, edit, part) => {
    const jobId = await approved();
    await change(jobId, edit);
    await isRefused(jobId, 'digest_mismatch', part);
  });

  it('an approval that waits for its job in the table of early facts is refused when it is taken up (H07)', async () => {
    const jobId = newUlid();
    const approval = {
      ...{ approval_id: newUlid(), kind: 'job', job_id: jobId, job_hash: sha256Digest('x'), attempt: 0 },
      ...{ decision_id: `${jobId}:decision:0`, policy_snapshot: null, outcome: 'granted' },
      ...{ votes: [], resolved_at: '2026-01-01T00:00:00Z', seal: NO_SEAL },
    };
    const fact = { kind: 'approval', jobId, cause: { id: 'made-up', traceparent: '' }, approval };
    await intruder.query(
      `INSERT INTO pending_facts (job_id, kind, event_id, fact) VALUES ($1, 'approval', 'made-up', $2)`,
      [jobId, JSON.stringify(fact)],
    );
    await bench.decide(BY_TWO, {}, POOL, jobId);
    await bench.reaches(jobId, 'PENDING_APPROVAL');
    expect(await bench.refusals(jobId)).toMatchObject([{ what: 'approval', reason_code: 'forged' }]);
    expect(await bench.rows('SELECT 1 FROM pending_facts WHERE job_id = $1', jobId)).toEqual([]);
  });
});

it('as administrator of the database other bytes do not run, with all that is said of them (H06)', async () => {
  const jobId = await approved();
  const { job, job_hash: hash } = await bench.job(jobId);
  const bytes = String(job).replace('local-producer', 'somebody-else');
  const digest = sha256Digest(bytes);
  await bench.rows(
    `UPDATE jobs SET job = $2, job_hash = $3, decision = replace(decision, $4, $3), approval = replace(approval, $4, $3)
      WHERE job_id = $1`,
    ...[jobId, bytes, digest, hash],
  );
  await isRefused(jobId, 'digest_mismatch', 'decision');
});

describe('with the broker key of a service, but not its seal key', () => {
  const buried = (jobId: string) =>
    bench.rows(
      `SELECT reason_code, pointer FROM (
         SELECT body::json ->> 'reason_code' AS reason_code, body::json ->> 'pointer' AS pointer
           FROM outbox WHERE type = $1 AND body::json ->> 'job_id' = $2) told`,
      ...[EventType.DeadLetter, jobId],
    );
  const isBuried = (jobId: string) =>
    vi.waitFor(
      async () => expect(await buried(jobId)).toEqual([{ reason_code: 'forged', pointer: '/seal' }]),
      PATIENTLY,
    );

  it('a decision is a dead letter, and no job (H02)', async () => {
    const jobId = await bench.decide({ seal: NO_SEAL });
    await isBuried(jobId);
    expect(await bench.job(jobId)).toEqual({});
  });

  it.each([
    ['a wrong seal', { seal: NO_SEAL }],
    ['no seal', { seal: undefined }],
  ])('an approval with %s is a dead letter, and the job waits on (H06)', async (_what, over) => {
    const jobId = await waiting();
    await bench.approve(jobId, over);
    await isBuried(jobId);
    expect(await bench.job(jobId)).toMatchObject({ state: 'PENDING_APPROVAL', approval: null });
  });

  it('an approval under the key of decisions is one as well (H06)', async () => {
    const jobId = await waiting();
    const { decisionSealKeys } = await bench.servers.keys.secrets();
    const { job_hash: hash } = await bench.job(jobId);
    const approval: ApprovalResolved = {
      ...{ approval_id: newUlid(), kind: 'job', job_id: jobId, job_hash: String(hash), attempt: 0 },
      ...{ decision_id: `${jobId}:decision:0`, policy_snapshot: null, outcome: 'granted' },
      ...{ votes: [], resolved_at: '2026-01-01T00:00:00Z' },
    };
    await bench.say(
      Service.ApprovalService,
      Subjects.approvalJob.address({ outcome: 'granted', tail: TAILS[POOL] }),
      EventType.ApprovalResolved,
      { ...approval, seal: approvalSeal(approval, decisionSealKeys()) },
      jobId,
    );
    await isBuried(jobId);
  });
});
