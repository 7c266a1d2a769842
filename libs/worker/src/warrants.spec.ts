import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealJob } from '@countersign/contracts';
import { ack, retryAfter } from '@countersign/messaging';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { WarrantSigner, newKeyRing, rotateKeyRing, type WarrantClaims } from '@countersign/warrant';
import { anOffer, aSigner, until, WorkerRig } from './testing/worker-rig.js';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A worker that counts its runs. */
function aRig() {
  let runs = 0;
  const rig = new WorkerRig(() => {
    runs++;
    return Promise.resolve({ status: 'succeeded', output: null });
  });
  return { rig, runs: () => runs };
}

/** Offers one job; gives how many runs began and what was reported. */
async function offered(prepare: (rig: WorkerRig) => void, offer = anOffer()) {
  const { rig, runs } = aRig();
  prepare(rig);
  expect(await rig.worker.offers([offer])).toEqual([ack]);
  await until(() => rig.publishings.length > 0);
  return { rig, runs: runs(), report: rig.results[0]! };
}

describe('a run is refused and reported as failed', () => {
  it.each<[string, string, (claims: WarrantClaims, rig: WorkerRig) => unknown]>([
    ['without a warrant (X02)', 'warrant_missing', () => undefined],
    ['with a warrant that is no token (X02)', 'warrant_malformed', () => ({ alg: 'EdDSA' })],
    [
      'with a warrant of the algorithm none (X02)',
      'warrant_algorithm',
      (claims) => `${base64url({ alg: 'none', typ: 'countersign-warrant+jwt' })}.${base64url(claims)}.`,
    ],
    [
      'with a warrant signed by HS256 with the public key as secret (X02)',
      'warrant_algorithm',
      async (claims, rig) => {
        const { kid, x } = (await rig.signer).publicKeys.keys[0]!;
        const input = `${base64url({ alg: 'HS256', typ: 'countersign-warrant+jwt', kid })}.${base64url(claims)}`;
        return `${input}.${createHmac('sha256', x).update(input).digest('base64url')}`;
      },
    ],
    [
      'with a warrant whose signature is another’s (X02)',
      'warrant_bad_signature',
      async (claims, rig) => {
        const [own, other] = [await rig.signed(claims), await rig.signed({ ...claims, epoch: 2 })];
        return `${own.slice(0, own.lastIndexOf('.'))}${other.slice(other.lastIndexOf('.'))}`;
      },
    ],
    ['with the warrant of another issuer (X02)', 'warrant_wrong_issuer', changed({ iss: 'me' })],
    ['with a warrant for another pool (H06)', 'warrant_wrong_audience', changed({ aud: 'agent' })],
    ['with a warrant for a run in another pool (H06)', 'warrant_other_pool', changed({ pool: 'agent' })],
    [
      'with a warrant for another job (X08)',
      'warrant_other_job',
      changed({ job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1' }),
    ],
    ['with a warrant for another attempt (X05)', 'warrant_other_attempt', changed({ attempt: 2 })],
    [
      'with a warrant for another run (X05)',
      'warrant_other_run',
      changed({ run_id: 'run_20260101T000000Z_00000000' }),
    ],
    ['with a warrant for another lease (X05)', 'warrant_other_lease', changed({ lease_id: 'lease-2' })],
    ['with a warrant for an earlier lease (X05)', 'warrant_other_lease', changed({ epoch: 2 })],
    ['with the warrant of another claim (X02)', 'warrant_other_claim', changed({ nonce: 'another-nonce' })],
    [
      'with a warrant for other bytes (H06)',
      'warrant_other_bytes',
      changed({ job_hash: sha256Digest('another job') }),
    ],
    [
      'with a warrant for other constraints (X13)',
      'warrant_other_constraints',
      changed({ constraints_digest: sha256Digest('{"max_runtime_sec":3600}') }),
    ],
    [
      'with a warrant that begins later',
      'warrant_not_yet_valid',
      (claims, rig) => rig.signed({ ...claims, nbf: claims.nbf + 1 }),
    ],
    [
      'with a warrant that ends while its answer is on the way, by the monotonic clock',
      'warrant_expired',
      (claims, rig) => {
        rig.pass(40_000);
        return rig.signed(claims);
      },
    ],
  ])('%s', async (_what, code, warrant) => {
    const { rig, runs, report } = await offered((r) => (r.warrant = (claims) => warrant(claims, r)));
    expect(runs).toBe(0);
    expect(report).toMatchObject({
      status: 'failed',
      error: { code },
      output: null,
      effects: [],
      lease: { id: `lease-${report.job_id}`, epoch: 1 },
    });
    expect(rig.logged).toContain('a run was refused: its warrant does not hold');
  });

  it('with a warrant by a key that the scheduler does not tell, after asking for its keys once more (X02)', async () => {
    const stranger = await aSigner();
    const { rig, runs } = aRig();
    rig.warrant = (claims) => stranger.sign(claims);
    const offer = anOffer();
    expect(await rig.worker.offers([offer])).toEqual([retryAfter(1000)]);
    rig.pass(3_000);
    expect(await rig.worker.offers([offer])).toEqual([ack]);
    await until(() => rig.publishings.length > 0);
    expect(rig.results[0]).toMatchObject({ status: 'failed', error: { code: 'warrant_unknown_key' } });
    expect(rig.keyRequests).toBe(2);
    expect(runs()).toBe(0);
  });

  it('with other constraints in the answer than in the warrant (X13)', async () => {
    const { report, runs } = await offered((rig) => {
      rig.claim = (claim) => ({ ...rig.grant(claim), constraints: { max_runtime_sec: 3_600 } });
    });
    expect(report.error?.code).toBe('warrant_other_constraints');
    expect(runs).toBe(0);
  });

  it.each<[string, (jobId: string) => { readonly job?: string; readonly job_hash?: string }]>([
    ['bytes', () => ({ job: '{}' })],
    ['digest', () => ({ job_hash: sha256Digest('another job') })],
    [
      'bytes and their digest',
      (jobId) => {
        const request = { topic: 'job.test.echo', tenant_id: 'default', params: { say: 'something else' } };
        const { text, hash } = sealJob(request, { jobId, agentId: 'agent' });
        return { job: text, job_hash: hash };
      },
    ],
  ])('when the %s on offer were changed on the way (H06)', async (_what, change) => {
    const jobId = newUlid();
    const body = change(jobId);
    const headers = body.job_hash && { 'ce-id': `${jobId}:offer:1:${body.job_hash.slice(7, 23)}` };
    const offer = anOffer({ jobId, body, ...(headers && { headers }) });
    const { report, runs } = await offered(() => undefined, offer);
    expect(report.error?.code).toBe('warrant_other_bytes');
    expect(runs).toBe(0);
  });

  it('not at all when the scheduler refuses the claim of changed bytes: nothing is held, nothing is to report', async () => {
    const { rig, runs } = aRig();
    rig.claim = ({ job_id, attempt }) => ({ ok: false, job_id, attempt, code: 'digest_mismatch' });
    expect(await rig.worker.offers([anOffer({ body: { job: '{}' } })])).toEqual([ack]);
    expect(rig.logged).toContain('a claim was refused');
    expect(rig.publishings).toHaveLength(0);
    expect(runs()).toBe(0);
  });
});

describe('the keys of warrants', () => {
  it('are asked for once, before the first claim', async () => {
    const { rig, runs } = aRig();
    await rig.worker.offers([anOffer(), anOffer(), anOffer()]);
    await rig.worker.offers([anOffer()]);
    await until(() => runs() === 4);
    expect(rig.keyRequests).toBe(1);
  });

  it('that are not to be had let nothing be claimed, and are asked for again at most every three seconds', async () => {
    const { rig, runs } = aRig();
    rig.keys = 'silent';
    const offer = anOffer();
    for (let i = 0; i < 3; i++) expect(await rig.worker.offers([offer])).toEqual([retryAfter(1000)]);
    expect(rig.keyRequests).toBe(1);
    expect(rig.claimRequests).toHaveLength(0);
    rig.keys = async () => (await rig.signer).publicKeys;
    rig.pass(3_000);
    expect(await rig.worker.offers([offer])).toEqual([ack]);
    expect(runs()).toBe(1);
  });

  it('are asked for again before a claim when they are five minutes old', async () => {
    const { rig, runs } = aRig();
    await rig.worker.offers([anOffer()]);
    rig.keys = 'silent';
    rig.pass(299_999);
    expect(await rig.worker.offers([anOffer()])).toEqual([ack]);
    rig.pass(1);
    expect(await rig.worker.offers([anOffer()])).toEqual([retryAfter(1000)]);
    expect(runs()).toBe(2);
    expect(rig.keyRequests).toBe(2);
  });

  it('may rotate while a worker runs: the next key is known to it, and one never told of is asked for', async () => {
    const { rig, runs } = aRig();
    const ring = await newKeyRing(new Date());
    rig.signer = WarrantSigner.open(ring);
    await rig.worker.offers([anOffer()]);
    const rotated = await rotateKeyRing(ring, new Date());
    rig.signer = WarrantSigner.open(rotated);
    expect(await rig.worker.offers([anOffer()])).toEqual([ack]);
    expect(rig.keyRequests).toBe(1);

    rig.signer = WarrantSigner.open(await rotateKeyRing(rotated, new Date()));
    rig.pass(3_000);
    expect(await rig.worker.offers([anOffer(), anOffer()])).toEqual([ack, ack]);
    await until(() => rig.results.length === 4);
    expect(runs()).toBe(4);
    expect(rig.keyRequests).toBe(2);
    expect(rig.results.map((result) => result.status)).toEqual(Array(4).fill('succeeded'));
  });

  it('that become known only later cost a claim nothing but time: it is asked again with its nonce', async () => {
    const { rig, runs } = aRig();
    await rig.worker.offers([anOffer()]);
    rig.signer = aSigner();
    const offer = anOffer();
    expect(await rig.worker.offers([offer])).toEqual([retryAfter(1000)]);
    rig.pass(3_000);
    expect(await rig.worker.offers([offer])).toEqual([ack]);
    await until(() => runs() === 2);
    const nonces = rig.claimRequests.slice(1).map((request) => request.claims[0]!.nonce);
    expect(nonces).toHaveLength(2);
    expect(new Set(nonces).size).toBe(1);
  });
});

/** A warrant of the scheduler's that says something else. */
function changed(over: Partial<WarrantClaims>) {
  return (claims: WarrantClaims, rig: WorkerRig) => rig.signed({ ...claims, ...over });
}
