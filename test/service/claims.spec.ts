import { ClaimRequest, poolUser, Service, Subjects, type ClaimAnswer } from '@countersign/contracts';
import { verifyWarrant } from '@countersign/warrant';
import { sha256Digest } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { noteCheck } from '../faults/report/notes.js';
import { isWholeSuite } from '../faults/support/suite.js';
import { aNonce, ClaimBench, PATIENTLY, POOL, type Grant } from './support/claim-bench.js';

const CLAIMS = 1_000;
const ROUNDS = isWholeSuite ? 1_000 : 20;
/** In milliseconds, on a machine that has other work. */
const AT_MOST_MS = isWholeSuite ? 1_800_000 : 300_000;
/** Connections of the pool that claim at once. */
const CONNECTIONS = 8;

let bench: ClaimBench;
beforeAll(async () => {
  // Two schedulers share the requests, so that claims of one attempt meet in the database and not before.
  bench = await ClaimBench.start([Service.Scheduler, Service.Scheduler]);
});
afterAll(() => bench?.stop());

/** All claims of one attempt at once: each in a request of its own, or packed as a busy worker packs them. */
async function stampede(jobId: string, inOneRequest: number): Promise<(ClaimAnswer & { nonce: string })[]> {
  const requests = Array.from({ length: CLAIMS / inOneRequest }, (_, n): ClaimRequest => ({
    worker_id: `worker-${n}`,
    claims: Array.from({ length: inOneRequest }, () => ({ job_id: jobId, attempt: 1, nonce: aNonce() })),
  }));
  const buses = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, n) => bench.bus(poolUser(POOL), n)),
  );
  const replies = await Promise.all(
    requests.map((request, n) =>
      buses[n % CONNECTIONS]!.request(Subjects.claim.address({ pool: POOL }), request, 30_000),
    ),
  );
  return requests.flatMap(({ claims }, n) => {
    const { answers } = replies[n] as { readonly answers: readonly ClaimAnswer[] };
    expect(answers).toHaveLength(claims.length);
    return claims.map(({ nonce }, i) => ({ ...answers[i]!, nonce }));
  });
}

describe(`${CLAIMS} claims of one attempt at the same time`, () => {
  it(`have exactly one winner, ${ROUNDS} times (I6)`, { timeout: AT_MOST_MS }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const jobId = await bench.offered();
      const answers = await stampede(jobId, round % 2 === 0 ? 1 : 50);
      const winners = answers.filter((answer): answer is Grant & { nonce: string } => answer.ok);
      expect(winners, `round ${round}`).toHaveLength(1);
      const [{ nonce, lease, run_id, warrant }] = winners as [Grant & { nonce: string }];
      expect(new Set(answers.flatMap((answer) => (answer.ok ? [] : [answer.code])))).toEqual(
        new Set(['already_claimed']),
      );
      expect(await bench.attempts(jobId)).toMatchObject([
        { state: 'RUNNING', nonce, lease_id: lease.id, epoch: 1, run_id },
      ]);
      expect(warrant.split('.')).toHaveLength(3);
    }
    noteCheck(`${CLAIMS} claims of one attempt at the same time, ${ROUNDS} times`, 'one winner each time');
  });
});

describe('a claim', () => {
  it('whose answer was lost is repeated with its nonce, and gets the same lease under the same warrant', async () => {
    const jobId = await bench.offered();
    const nonce = aNonce();
    const [first, ...again] = await Promise.all(
      Array.from({ length: 20 }, () => bench.granted({ jobId, nonce })),
    );
    for (const { lease, run_id, warrant, constraints } of again) {
      expect({ id: lease.id, epoch: lease.epoch }).toEqual({
        id: first!.lease.id,
        epoch: first!.lease.epoch,
      });
      expect({ run_id, warrant, constraints }).toEqual({
        run_id: first!.run_id,
        warrant: first!.warrant,
        constraints: first!.constraints,
      });
    }
    expect(await bench.attempts(jobId)).toHaveLength(1);
    expect(await bench.job(jobId)).toMatchObject({ runs: 1, epoch: 1 });
  });

  it('of another with the winner’s nonce, or of the winner with another, is refused', async () => {
    const jobId = await bench.offered();
    const nonce = aNonce();
    await bench.granted({ jobId, nonce });
    for (const claim of [{ jobId, nonce, workerId: 'worker-2' }, { jobId }])
      expect(await bench.claim(claim)).toMatchObject({ ok: false, code: 'already_claimed' });
  });

  it('is answered with a warrant over everything that was decided, which the told keys verify', async () => {
    const jobId = await bench.offered({ constraints: { max_runtime_sec: 45 } });
    const nonce = aNonce();
    const grant = await bench.granted({ jobId, nonce });
    const keys = await bench.keys();
    const serverTimeMs = Date.parse(grant.server_time);
    const { job_hash: jobHash } = await bench.job(jobId);
    const check = verifyWarrant(
      grant.warrant,
      {
        ...{ pool: POOL, jobId, attempt: 1, nonce, jobHash: String(jobHash) },
        ...{ runId: grant.run_id, leaseId: grant.lease.id, epoch: 1 },
        constraintsDigest: sha256Digest('{"max_runtime_sec":45}'),
      },
      { earliestMs: serverTimeMs, latestMs: serverTimeMs },
      (kid) => keys.get(kid),
    );
    expect(check).toMatchObject({ ok: true, claims: { tenant_id: 'default', approval_ids: [] } });
    if (check.ok) expect(check.claims.exp - check.claims.nbf).toBeGreaterThanOrEqual(55);
  });
});

describe('a zombie worker, woken after its lease (X05)', () => {
  /** A job whose first lease ran out under its worker, and whose second attempt another worker runs. */
  async function overtaken() {
    const jobId = await bench.offered({ constraints: { max_retries: 1 } }, { retry_safe: true });
    const nonce = aNonce();
    const zombie = await bench.granted({ jobId, nonce });
    await bench.rows(
      `UPDATE attempts SET lease_expires_at = now() - interval '1 second' WHERE job_id = $1`,
      jobId,
    );
    await vi.waitFor(
      async () => expect(await bench.job(jobId)).toMatchObject({ state: 'SCHEDULED' }),
      PATIENTLY,
    );
    await bench.rows('UPDATE jobs SET offer_due_at = now() WHERE job_id = $1', jobId);
    await bench.reaches(jobId, 'DISPATCHED');
    const holder = await bench.granted({ jobId, attempt: 2, workerId: 'worker-2' });
    return { jobId, nonce, zombie, holder };
  }

  it('is told that its lease is stale, and gets no new one for its old attempt', async () => {
    const { jobId, nonce, zombie, holder } = await overtaken();
    expect(holder.lease.epoch).toBe(zombie.lease.epoch + 1);
    expect(await bench.heartbeat(zombie)).toMatchObject({ ok: false, code: 'stale_lease' });
    expect(await bench.claim({ jobId, nonce })).toMatchObject({ ok: false, code: 'offer_expired' });
    expect(await bench.claim({ jobId, nonce, attempt: 2 })).toMatchObject({
      ok: false,
      code: 'already_claimed',
    });
    expect(await bench.heartbeat(holder, 'worker-2')).toMatchObject({ ok: true });
  });

  it('has its result refused and told, and changes nothing of the run that overtook it', async () => {
    const { jobId, zombie, holder } = await overtaken();
    await bench.report(zombie);
    await vi.waitFor(
      async () =>
        expect(await bench.refusals(jobId)).toMatchObject([
          { what: 'result', reason_code: 'stale_lease', detail: { lease_id: zombie.lease.id } },
        ]),
      PATIENTLY,
    );
    expect(await bench.attempts(jobId)).toMatchObject([
      { state: 'ENDED', outcome: 'unknown' },
      { state: 'RUNNING', lease_id: holder.lease.id },
    ]);
  });

  it('does not take another’s lease by its epoch', async () => {
    const { jobId, zombie, holder } = await overtaken();
    await bench.report(zombie, { lease: { id: zombie.lease.id, epoch: holder.lease.epoch }, attempt: 2 });
    await vi.waitFor(async () => expect(await bench.refusals(jobId)).toHaveLength(1), PATIENTLY);
    expect(await bench.job(jobId)).toMatchObject({ state: 'RUNNING' });
  });
});
