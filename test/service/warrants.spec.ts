import {
  EventType,
  eventId,
  poolConsumer,
  poolUser,
  Service,
  Step,
  Subjects,
  type Decision,
  type Offer,
} from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { ack } from '@countersign/messaging';
import { kidOf, verifyWarrant } from '@countersign/warrant';
import type { JobHandler } from '@countersign/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aNonce, ClaimBench, PATIENTLY, TAILS, type Pool } from './support/claim-bench.js';

const BY_TWO: Partial<Decision> = {
  type: 'REQUIRE_APPROVAL',
  obligations: { approval: { quorum: 2, groups: [], ttl_sec: 300 } },
};

let bench: ClaimBench;
beforeAll(async () => {
  bench = await ClaimBench.start([Service.Scheduler, Service.OutputScanner]);
});
afterAll(() => bench?.stop());

const approved = async () => {
  const jobId = await bench.decide(BY_TWO);
  await bench.reaches(jobId, 'PENDING_APPROVAL');
  await bench.approve(jobId);
  await bench.reaches(jobId, 'DISPATCHED');
  return jobId;
};

describe('at the claim the scheduler looks again at what it stored', () => {
  it('and finds an approved job as it was approved', async () => {
    const jobId = await approved();
    const { warrant } = await bench.granted({ jobId });
    const [, payload = ''] = warrant.split('.');
    const { approval_id } = await bench.job(jobId);
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      approval_ids: [approval_id],
    });
  });

  it.each([
    [
      'the bytes of the job',
      `job = replace(job, 'local-producer', 'somebody-else')`,
      'digest_mismatch',
      'job',
    ],
    [
      'the bytes of the job and their digest',
      `job = '{}', job_hash = 'sha256:' || encode(sha256('{}'), 'hex')`,
      'digest_mismatch',
      'decision',
    ],
    ['its constraints', `constraints = '{"max_runtime_sec":86400}'`, 'digest_mismatch', 'constraints'],
    [
      'the digest that was approved',
      `approval = replace(approval, 'sha256:', 'sha257:')`,
      'digest_mismatch',
      'approval',
    ],
    ['the approval, by taking it away', 'approval = NULL', 'not_approved', 'approval'],
    [
      'the approval, by taking a vote away',
      `approval = replace(approval, '"ben"', '"ann"')`,
      'digest_mismatch',
      'approval',
    ],
  ])(
    'and refuses when somebody changed %s: told, and the job ends (H06)',
    async (_what, change, code, part) => {
      const jobId = await approved();
      await bench.rows(`UPDATE jobs SET ${change} WHERE job_id = $1`, jobId);
      expect(await bench.claim({ jobId })).toMatchObject({ ok: false, code });
      expect(await bench.job(jobId)).toMatchObject({ state: 'FAILED', reason_code: code });
      expect(await bench.refusals(jobId)).toMatchObject([
        { what: 'claim', reason_code: code, detail: { pointer: `/${part}` } },
      ]);
      expect(await bench.attempts(jobId)).toMatchObject([{ state: 'ENDED', lease_id: null }]);
    },
  );
});

describe('a worker of the library', () => {
  const ran: string[] = [];
  const handle: JobHandler = (job) => {
    ran.push(job.job_id);
    return Promise.resolve({ status: 'succeeded', output: null });
  };
  const workers = new Map<Pool, ReturnType<ClaimBench['worker']>>();
  const started = (pool: Pool) => {
    const worker = workers.get(pool) ?? bench.worker(pool, handle);
    workers.set(pool, worker);
    return worker;
  };

  it('does not run a job whose bytes were changed in the database before its approval (H06)', async () => {
    const jobId = await bench.decide(BY_TWO);
    await bench.reaches(jobId, 'PENDING_APPROVAL');
    await bench.rows(
      `UPDATE jobs SET job = replace(job, 'local-producer', 'somebody-else') WHERE job_id = $1`,
      jobId,
    );
    await started('mcp');
    await bench.approve(jobId);
    await bench.reaches(jobId, 'FAILED');
    expect(await bench.job(jobId)).toMatchObject({ reason_code: 'digest_mismatch' });
    expect(await bench.refusals(jobId)).toMatchObject([{ what: 'claim', reason_code: 'digest_mismatch' }]);
    expect(ran).not.toContain(jobId);
  });

  it('does not run other bytes that were put on offer for a job; its refusal ends the job (H06)', async () => {
    const jobId = await bench.offered({}, {}, 'example');
    await swallowOffer(jobId);
    const job = String((await bench.job(jobId))['job']).replace('local-producer', 'somebody-else');
    const offer: Offer = {
      ...{ job_id: jobId, job_hash: sha256Digest(job), job, attempt: 1, pool: 'example' },
      offer_expires_at: new Date(Date.now() + 30_000).toISOString(),
    };
    await bench.say(
      Service.Scheduler,
      Subjects.dispatch.address({ pool: 'example', tail: TAILS.example }),
      EventType.Offer,
      offer,
      jobId,
      eventId(jobId, Step.Offer, 1, offer.job_hash),
    );
    const { errors } = await started('example');
    await bench.reaches(jobId, 'FAILED');
    expect(await bench.job(jobId)).toMatchObject({ reason_code: 'warrant_refused' });
    expect(errors).toMatchObject([{ fields: { code: 'warrant_other_bytes' } }]);
    expect(ran).not.toContain(jobId);
  });

  it('goes on while the keys rotate; warrants of before hold until they expire, new ones have the new key', async () => {
    await started('mcp');
    const runs = async () => {
      const jobId = await bench.decide();
      await bench.reaches(jobId, 'COMPLETED');
      expect(ran).toContain(jobId);
    };
    const warrant = async () => {
      const nonce = aNonce();
      const jobId = await bench.offered({}, {}, 'agent');
      return { nonce, jobId, grant: await bench.granted({ pool: 'agent', jobId, nonce }) };
    };
    const kidNow = async () => kidOf((await warrant()).grant.warrant);
    await runs();
    const old = await warrant();
    const [active, next] = [...(await bench.keys()).keys()];
    expect(kidOf(old.grant.warrant)).toBe(active);

    await bench.servers.keys.rotateWarrantKeys();
    await vi.waitFor(async () => expect(await kidNow()).toBe(next), PATIENTLY);
    await runs();
    const { jobId, nonce, grant } = old;
    const { job_hash: jobHash } = await bench.job(jobId);
    const keys = await bench.keys();
    const check = (afterMs: number) =>
      verifyWarrant(
        grant.warrant,
        {
          ...{ pool: 'agent', jobId, attempt: 1, nonce, jobHash: String(jobHash) },
          ...{ runId: grant.run_id, leaseId: grant.lease.id, epoch: grant.lease.epoch },
          constraintsDigest: sha256Digest('{}'),
        },
        { earliestMs: Date.parse(grant.server_time), latestMs: Date.parse(grant.server_time) + afterMs },
        (kid) => keys.get(kid),
      );
    expect(check(3_600_000)).toMatchObject({ ok: true });
    expect(check(3_611_000)).toMatchObject({ ok: false, code: 'warrant_expired' });

    // A key that workers have not heard of: they ask once more.
    await bench.servers.keys.rotateWarrantKeys({ revoke: true });
    await vi.waitFor(async () => expect([active, next]).not.toContain(await kidNow()), PATIENTLY);
    await runs();
    expect([...(await bench.keys()).keys()]).not.toContain(next);
    // The claim whose answer was lost is repeated: the same lease, under a warrant of the new key.
    const again = await bench.granted({ pool: 'agent', jobId, nonce });
    expect(again.lease.id).toBe(grant.lease.id);
    expect(kidOf(again.warrant)).not.toBe(kidOf(grant.warrant));
  });
});

/** Takes the true offer of a job away, as if it were lost, before any worker sees it. */
async function swallowOffer(jobId: string): Promise<void> {
  const swallowed: unknown[] = [];
  const bus = await bench.bus(poolUser('example'));
  const reading = await bus.consume(poolConsumer('example'), (batch) => {
    swallowed.push(...batch.map((delivery) => delivery.header('ce-subject')));
    return Promise.resolve(batch.map(() => ack));
  });
  await vi.waitFor(() => expect(swallowed).toContain(jobId), PATIENTLY);
  await reading.stop();
}

describe('the keys', () => {
  it('are told without their secrets, to workers and to the gateway', async () => {
    const told = await (await bench.bus(Service.Gateway)).request(Subjects.queryJwks.template, {});
    const ring = JSON.parse(await (await bench.servers.keys.secrets()).warrantKeys()) as {
      keys: { kid: string; d: string }[];
    };
    expect([...(await bench.keys()).keys()]).toEqual(ring.keys.map((key) => key.kid));
    for (const { kid, d } of ring.keys) {
      expect(JSON.stringify(told)).toContain(kid);
      expect(JSON.stringify(told)).not.toContain(d);
    }
  });
});
