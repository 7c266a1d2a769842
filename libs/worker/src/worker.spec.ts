import { describe, expect, it } from 'vitest';
import { ack, retryAfter } from '@countersign/messaging';
import { canonicalJson, newUlid, sha256Digest } from '@countersign/kernel';
import { anOffer, jobIdOf, turn, until, WorkerRig } from './testing/worker-rig.js';
import type { JobHandler, RunContext } from './worker-types.js';

const echo: JobHandler = (job) =>
  Promise.resolve({ status: 'succeeded', output: { echoed: job.params as string } });

/** A handler that ends when told, or at once when it is aborted. */
function held() {
  const runs: RunContext[] = [];
  const ends: (() => void)[] = [];
  const handle: JobHandler = (_job, run) =>
    new Promise((resolve) => {
      runs.push(run);
      const end = () => resolve({ status: 'succeeded', output: 'partial' });
      ends.push(end);
      run.signal.addEventListener('abort', end);
    });
  return { handle, runs, ends };
}

const deaf = (runs: RunContext[]): JobHandler => {
  return (_job, run) => {
    runs.push(run);
    return new Promise(() => undefined);
  };
};

describe('offers', () => {
  it('are claimed in one request and their results published in one batch', async () => {
    const rig = new WorkerRig(echo, 8);
    const offers = [anOffer(), anOffer(), anOffer()];
    expect(await rig.worker.offers(offers)).toEqual([ack, ack, ack]);
    await until(() => rig.publishings.length > 0);
    expect(rig.claimRequests).toHaveLength(1);
    expect(rig.publishings).toHaveLength(1);
    expect(rig.results.map((r) => r.job_id)).toEqual(offers.map(jobIdOf));
  });

  it('that come twice in one batch are run once', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle, 8);
    const offer = anOffer();
    expect(await rig.worker.offers([offer, offer, offer])).toEqual([ack, ack, ack]);
    expect(runs).toHaveLength(1);
  });

  it('give a result that names its lease, its cause, its trace and its constraints', async () => {
    const rig = new WorkerRig(echo);
    const offer = anOffer();
    await rig.worker.offers([offer]);
    await until(() => rig.publishings.length > 0);
    const [message] = rig.publishings[0]!;
    expect(message).toMatchObject({
      subject: 'result.test.test.echo',
      id: `${offer.header('ce-id')!.replace(':offer:', ':result:')}:lease-${jobIdOf(offer)}`,
      causationId: offer.header('ce-id'),
      traceparent: offer.header('traceparent'),
      sendNumber: 0,
    });
    expect(rig.results[0]).toMatchObject({
      status: 'succeeded',
      output: { echoed: { say: 'hello' } },
      error: null,
      lease: { id: `lease-${jobIdOf(offer)}`, epoch: 1 },
      constraints_digest: sha256Digest(canonicalJson({ max_runtime_sec: 30 })),
    });
  });

  it('that are refused are settled and never run', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    rig.claim = ({ job_id, attempt }) => ({ ok: false, job_id, attempt, code: 'already_claimed' });
    expect(await rig.worker.offers([anOffer()])).toEqual([ack]);
    expect(runs).toHaveLength(0);
  });

  it('whose claim is not answered come back and are claimed with the same nonce', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    const offer = anOffer();
    rig.claim = () => 'lost';
    expect(await rig.worker.offers([offer])).toEqual([retryAfter(1000)]);
    rig.claim = (claim) => rig.grant(claim);
    expect(await rig.worker.offers([offer])).toEqual([ack]);
    expect(new Set(rig.claimRequests.map((r) => r.claims[0]!.nonce)).size).toBe(1);
    expect(runs).toHaveLength(1);
  });

  it('measure the limit from when the claim was first sent', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    const offer = anOffer();
    const sentAt = rig.now();
    rig.claim = () => 'lost';
    await rig.worker.offers([offer]);
    rig.pass(4_000);
    rig.claim = (claim) => rig.grant(claim);
    await rig.worker.offers([offer]);
    expect(runs[0]!.deadlineMs).toBe(sentAt + 30_000);
  });

  it('that are granted by a late answer last from when that answer was asked for', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    const offer = anOffer();
    rig.heartbeat = 'silent';
    rig.claim = () => 'lost';
    await rig.worker.offers([offer]);
    rig.pass(10_000);
    const remaining = { id: 'lease', epoch: 1, duration_ms: 5_000 };
    rig.claim = (claim) => ({ ...rig.grant(claim), lease: remaining });
    await rig.worker.offers([offer]);
    rig.pass(4_999);
    expect(runs[0]!.signal.aborted).toBe(false);
    rig.pass(1);
    expect(runs[0]!.signal.reason).toBe('lease_lost');
  });

  it('with an answer that is not well-formed are not run', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    rig.claim = (claim) => ({ ...rig.grant(claim), run_id: '../../etc' });
    expect(await rig.worker.offers([anOffer()])).toEqual([retryAfter(1000)]);
    expect(runs).toHaveLength(0);
  });

  it('that find no room are held a moment and then go back to the pool', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle, 2);
    const settled = rig.worker.offers([anOffer(), anOffer(), anOffer()]);
    await until(() => runs.length === 2);
    rig.pass(501);
    expect(await settled).toEqual([ack, ack, retryAfter(1000)]);
    expect(rig.claimRequests.flatMap((r) => r.claims)).toHaveLength(2);
  });

  it('that are held are claimed when a run ends', async () => {
    const { handle, runs, ends } = held();
    const rig = new WorkerRig(handle, 1);
    const settled = rig.worker.offers([anOffer(), anOffer()]);
    await until(() => runs.length === 1);
    ends[0]!();
    expect(await settled).toEqual([ack, ack]);
    expect(runs).toHaveLength(2);
  });

  it('delivered again while they run are settled without a second claim', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    const offer = anOffer();
    await rig.worker.offers([offer]);
    expect(await rig.worker.offers([offer])).toEqual([ack]);
    expect(rig.claimRequests).toHaveLength(1);
    expect(runs).toHaveLength(1);
  });

  it.each([
    ['an unknown member', { body: { extra: 1 } }],
    ['another pool', { body: { pool: 'other' } }],
    ['a source that is not the scheduler', { headers: { 'ce-source': '/countersign/gateway' } }],
    ['another event type', { headers: { 'ce-type': 'job.v1' } }],
    ['an envelope for another job', { headers: { 'ce-id': 'x' } }],
    ['a subject with another topic', { subject: 'dispatch.test.test.other' }],
  ])('with %s are refused unclaimed (P20)', async (_what, changes) => {
    const rig = new WorkerRig(echo);
    expect(await rig.worker.offers([anOffer(changes)])).toEqual([ack]);
    expect(rig.claimRequests).toHaveLength(0);
    expect(rig.logged).toContain('an offer was refused');
  });

  it.each([
    ['whose source is not the scheduler', { headers: { 'ce-source': '/countersign/gateway' } }, 'forged'],
    ['whose id does not fit', { headers: { 'ce-id': 'x' } }, 'invalid_envelope'],
    ['that can not be read', { body: { job_id: 7 } }, 'invalid_field'],
  ])('%s are told to the scheduler, under a lease that nobody holds (P20)', async (_what, changes, code) => {
    const rig = new WorkerRig(echo);
    const jobId = newUlid();
    const offer = { ...anOffer({ jobId, attempt: 3, ...changes }), seq: 12, storedAtMs: 1_700_000_000_000 };
    if (code !== 'invalid_field') {
      // A repeated delivery tells no second time: the broker knows the message.
      await rig.worker.offers([offer]);
      await rig.worker.offers([offer]);
      const [first, second] = rig.publishings.flat();
      expect(second?.id).toBe(first?.id);
    } else await rig.worker.offers([offer]);
    expect(rig.publishings[0]).toMatchObject([
      {
        subject: 'result.test.test.echo',
        jobId,
        causationId: 'DISPATCH:12:1700000000000',
        source: '/countersign/worker/w-1',
      },
    ]);
    expect(rig.results[0]).toMatchObject({
      job_id: jobId,
      attempt: 3,
      status: 'failed',
      output: null,
      error: { code: 'offer_refused' },
    });
    expect(rig.results[0]!.error!.message).toContain(code);
    expect(rig.heartbeatRequests).toEqual([]);
  });

  it('that are forged for an attempt keep nobody from the true one (P20)', async () => {
    const rig = new WorkerRig(echo);
    const jobId = newUlid();
    const forged = anOffer({ jobId, headers: { 'ce-source': '/countersign/gateway' } });
    await rig.worker.offers([forged, anOffer({ jobId })]);
    await until(() => rig.results.length === 2);
    expect(rig.results.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  });

  it('that are refused come again while nobody can be told', async () => {
    const rig = new WorkerRig(echo);
    rig.publishOutcome = 'failed';
    const forged = anOffer({ headers: { 'ce-id': 'x' } });
    expect(await rig.worker.offers([forged])).toEqual([retryAfter(1_000)]);
  });

  it('that are refused and name no job are settled untold', async () => {
    const rig = new WorkerRig(echo);
    const nameless = anOffer({ body: { job_id: 'x' }, headers: { 'ce-subject': 'x' } });
    expect(await rig.worker.offers([nameless])).toEqual([ack]);
    expect(rig.publishings).toEqual([]);
  });

  it('go back at once when the worker stops', async () => {
    const rig = new WorkerRig(echo);
    rig.worker.takeNoMore();
    expect(await rig.worker.offers([anOffer()])).toEqual([retryAfter(0)]);
  });
});

describe('a run', () => {
  it('past its limit is aborted and reported as timed out', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    rig.constraints = { max_runtime_sec: 2 };
    await rig.worker.offers([anOffer()]);
    rig.pass(1_999);
    expect(runs[0]!.signal.aborted).toBe(false);
    rig.pass(1);
    expect(runs[0]!.signal.reason).toBe('runtime_limit');
    await until(() => rig.publishings.length > 0);
    expect(rig.results[0]).toMatchObject({
      status: 'timed_out',
      error: { code: 'runtime_limit' },
      output: 'partial',
    });
  });

  it('that does not heed the abort is reported after a moment without it', async () => {
    const runs: RunContext[] = [];
    const rig = new WorkerRig(deaf(runs));
    rig.constraints = { max_runtime_sec: 2 };
    await rig.worker.offers([anOffer()]);
    runs[0]!.reportEffect({ kind: 'file', op: 'write', target: 'a' });
    rig.pass(2_000);
    rig.pass(5_000);
    await until(() => rig.publishings.length > 0);
    expect(rig.results[0]).toMatchObject({ status: 'timed_out', output: null, effects: [{ target: 'a' }] });
  });

  it('is cancelled by a heartbeat', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    await rig.worker.offers([anOffer()]);
    rig.heartbeat = { cancel: true };
    rig.pass(5_000);
    await until(() => rig.publishings.length > 0);
    expect(runs[0]!.signal.reason).toBe('cancelled');
    expect(rig.results[0]).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
  });

  it('is cancelled by a stop message for its lease only', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    const [mine, other] = [anOffer(), anOffer()];
    await rig.worker.offers([mine, other]);
    const job_id = jobIdOf(mine);
    rig.worker.stopRun(Buffer.from(JSON.stringify({ job_id, attempt: 1, lease_id: `lease-${job_id}` })));
    await until(() => rig.publishings.length > 0);
    expect(runs.map((r) => r.signal.aborted)).toEqual([true, false]);
    expect(rig.results).toMatchObject([{ job_id, status: 'cancelled' }]);
  });

  it('whose lease is stale is aborted and sends nothing', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    await rig.worker.offers([anOffer()]);
    rig.heartbeat = 'stale';
    rig.pass(5_000);
    await until(() => rig.logged.some((m) => m.includes('result is not sent')));
    expect(runs[0]!.signal.reason).toBe('lease_lost');
    await rig.worker.runsDone();
    expect(rig.publishings).toHaveLength(0);
  });

  it('is aborted when no heartbeat was answered for as long as the lease lasts', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    rig.heartbeat = 'silent';
    await rig.worker.offers([anOffer()]);
    rig.pass(14_999);
    expect(runs[0]!.signal.aborted).toBe(false);
    rig.pass(1);
    expect(runs[0]!.signal.reason).toBe('lease_lost');
  });

  it('goes on past the first lease while heartbeats are answered, all runs in one request', async () => {
    const { handle, runs } = held();
    const rig = new WorkerRig(handle);
    await rig.worker.offers([anOffer(), anOffer()]);
    for (let i = 1; i <= 5; i++) {
      rig.pass(5_000);
      await until(() => rig.heartbeatRequests.length === i);
      await turn();
    }
    expect(runs.some((r) => r.signal.aborted)).toBe(false);
    expect(rig.heartbeatRequests.every((r) => r.leases.length === 2)).toBe(true);
  });

  it('that throws is a failed one', async () => {
    const rig = new WorkerRig(() => Promise.reject(new Error('no such thing')));
    await rig.worker.offers([anOffer()]);
    await until(() => rig.publishings.length > 0);
    expect(rig.results[0]).toMatchObject({
      status: 'failed',
      error: { code: 'worker_failed', message: 'no such thing' },
    });
  });

  it('that outlasts the stop is reported as failed', async () => {
    const { handle } = held();
    const rig = new WorkerRig(handle);
    await rig.worker.offers([anOffer()]);
    rig.worker.abortAll();
    await rig.worker.runsDone();
    await rig.worker.flush();
    expect(rig.results[0]).toMatchObject({ status: 'failed', error: { code: 'worker_stopped' } });
  });
});
