import { randomBytes } from 'node:crypto';
import { checkQuarantineKey, ScanBlobsSweep } from '@countersign/output-scanner';
import { BLOB_CHUNK_BYTES, Subjects, type BlobRef, type Result } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { Bus } from '@countersign/messaging';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import type { PolicyOfTest } from './support/output-policy.js';
import { digestOf } from './support/released-blob.js';
import { aKey, aResult, ScannerBench, sent } from './support/scanner-bench.js';

/** The members of what the scanner asks, whatever it asks. */
interface Asked {
  readonly digest?: string;
  readonly index?: number;
  readonly data?: string;
  readonly blob?: BlobRef;
}

/** What stands for the gateway: one uploaded blob, and what was written as its copy. */
class GatewayStandIn {
  bytes: Buffer = Buffer.alloc(0);
  isAway = false;
  mediaType = 'text/plain';
  private copy: Buffer[] = [];
  committed: Buffer | undefined;

  request(subject: string, body: unknown): Promise<unknown> {
    if (this.isAway) return Promise.reject(new CodedError('unavailable', 'nobody answers'));
    return Promise.resolve(this.answer(subject, body as Asked));
  }

  private answer(subject: string, { digest, index = 0, data = '', blob }: Asked): object {
    if (subject === Subjects.commandBlobWrite.template) {
      this.copy[index] = Buffer.from(data, 'base64');
      return { ok: true };
    }
    if (subject === Subjects.commandBlobCommit.template) {
      this.committed = Buffer.concat(this.copy);
      return { ok: digestOf(this.committed) === blob?.digest, code: 'digest_mismatch' };
    }
    const at = index * BLOB_CHUNK_BYTES;
    const piece = this.bytes.subarray(at, at + BLOB_CHUNK_BYTES);
    if (digest !== digestOf(this.bytes) || piece.length === 0) return { ok: false, code: 'not_found' };
    return { ok: true, size: this.bytes.length, media_type: this.mediaType, data: piece.toString('base64') };
  }
}

let servers: TestServers;
let bench: ScannerBench;
let gateway: GatewayStandIn;

beforeAll(async () => {
  servers = await startServers();
  bench = await ScannerBench.open(servers);
});
afterAll(async () => {
  await bench?.rig.close();
  await servers?.stop();
});
beforeEach(async () => {
  gateway = new GatewayStandIn();
  await bench.clear();
  await bench.rig.rows('DELETE FROM blob_scans');
});

const resultWith = (bytes: Buffer, over: Partial<BlobRef> = {}, result: Partial<Result> = {}): Result => ({
  ...aResult({ output: null, ...result }),
  output_blob: { digest: digestOf(bytes), size: bytes.length, media_type: 'text/plain', ...over },
});
/** A process that looks at the queue once. */
const look = () => {
  const { road, sweeper } = bench.rig.connections;
  const bus = gateway as unknown as Bus;
  return new ScanBlobsSweep(road, sweeper, bus, bench.rig.config, bench.policy.ask).scanDue();
};
const verdictOf = async ({ job_id }: Result) => (await bench.verdictsOf(job_id)).at(-1);
const makeDue = () => bench.rig.rows(`UPDATE blob_scans SET due_at = now() - interval '1 second'`);

describe('a result whose output is a blob (O5)', () => {
  it('waits in the queue, sealed, until its blob is scanned', async () => {
    gateway.bytes = Buffer.from('clean text');
    const result = resultWith(gateway.bytes, {}, { error: null });
    expect(await bench.scan(sent(result))).toEqual([{ kind: 'ack' }]);
    expect(await bench.verdictsOf(result.job_id)).toEqual([]);
    const [row] = await bench.rig.rows<{ sealed: Buffer }>('SELECT sealed FROM blob_scans');
    expect(row?.sealed.includes(result.job_id)).toBe(false);
    await look();
    expect(await verdictOf(result)).toMatchObject({ kind: 'clean', output_blob: result.output_blob });
    expect(await bench.countOf('blob_scans')).toBe(0);
  });

  it('is released as a copy without the secret that lies across two pieces (S10)', async () => {
    const secret = aKey();
    gateway.bytes = Buffer.alloc(3 * BLOB_CHUNK_BYTES, ' ');
    gateway.bytes.write(secret, BLOB_CHUNK_BYTES - 9);
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result));
    await look();
    const verdict = await verdictOf(result);
    expect(verdict).toMatchObject({
      kind: 'redacted',
      output: null,
      findings: [{ offset: BLOB_CHUNK_BYTES - 9 }],
    });
    expect(gateway.committed?.includes(secret)).toBe(false);
    expect(verdict?.output_blob?.digest).toBe(digestOf(gateway.committed ?? Buffer.alloc(0)));
    expect(verdict?.released).toBe(verdict?.output_blob?.digest);
  });

  it('is scanned once, however often it is sent', async () => {
    gateway.bytes = Buffer.from('clean text');
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result), sent(result));
    await bench.scan(sent(result));
    expect(await bench.countOf('blob_scans')).toBe(1);
    await look();
    await bench.scan(sent(result));
    await look();
    expect(await bench.verdictsOf(result.job_id)).toHaveLength(1);
  });

  it.each<[string, Buffer, Partial<BlobRef>, Partial<Result>]>([
    ['is no text', Buffer.from([1, 2, 0, 255]), {}, {}],
    ['is said to be longer than it is', Buffer.from('short'), { size: 7 }, {}],
    ['comes with an output as well', Buffer.from('text'), {}, { output: 'and this' }],
  ])('is put before a person when it %s, and nothing of it leaves', async (_, bytes, blob, over) => {
    gateway.bytes = bytes;
    const result = resultWith(bytes, blob, over);
    await bench.scan(sent(result));
    await look();
    const verdict = await verdictOf(result);
    expect(verdict).toMatchObject({ kind: 'quarantined', output: null, released: null });
    expect(verdict).not.toHaveProperty('output_blob');
    expect(await bench.heldOf(result.job_id)).toHaveLength(1);
  });

  it('of which nothing was uploaded is a failed run', async () => {
    const result = resultWith(Buffer.from('never sent'));
    await bench.scan(sent(result));
    await look();
    expect(await verdictOf(result)).toMatchObject({ status: 'failed', error: { code: 'output_missing' } });
  });

  it('is not judged while the gateway is away, and is when it is back, by whatever process', async () => {
    gateway.bytes = Buffer.from('clean text');
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result));
    gateway.isAway = true;
    for (let i = 0; i < 7; i++) {
      await makeDue();
      await look();
    }
    expect(await bench.verdictsOf(result.job_id)).toEqual([]);
    gateway.isAway = false;
    await makeDue();
    await Promise.all([look(), look()]);
    expect(await bench.verdictsOf(result.job_id)).toMatchObject([{ kind: 'clean' }]);
  });

  it('waits as long as the policy does not answer', async () => {
    gateway.bytes = Buffer.from('clean text');
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result));
    bench.policy.isThere = false;
    for (let i = 0; i < 7; i++) {
      await makeDue();
      await look();
    }
    expect(await bench.verdictsOf(result.job_id)).toEqual([]);
    bench.policy.isThere = true;
    await makeDue();
    await look();
    expect(await bench.verdictsOf(result.job_id)).toMatchObject([{ kind: 'clean' }]);
  });

  it.each<[string, PolicyOfTest, string]>([
    ['knows no such job', () => ({ known: false }), 'unknown_job'],
    [
      'keeps back what was found',
      ({ findings }) => ({
        actions: findings.map(({ rule, kind, severity }) => ({
          ...{ rule, kind, severity, action: 'quarantine', alert: false, rule_ids: ['keep'] },
        })),
      }),
      'policy',
    ],
    ['allows fewer bytes', () => ({ constraints: { max_output_bytes: 10 } }), 'constraints_exceeded'],
  ])('is held when the policy %s', async (_, says, reason) => {
    gateway.bytes = Buffer.from(`a secret: ${aKey()} and more`);
    bench.policy.says = says;
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result));
    await look();
    expect(await verdictOf(result)).toMatchObject({ kind: 'quarantined', reason_code: reason });
    expect(gateway.committed).toBeUndefined();
  });

  it('is held when its scan keeps failing', async () => {
    gateway.request = () => Promise.resolve({ ok: false, code: 'digest_mismatch' });
    const result = resultWith(Buffer.from('text'));
    await bench.scan(sent(result));
    for (let i = 0; i < 5; i++) {
      await makeDue();
      await look();
    }
    expect(await verdictOf(result)).toMatchObject({ kind: 'quarantined' });
  });

  it('is held when scan after scan ended with the process', async () => {
    gateway.bytes = Buffer.from('clean text');
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result));
    await bench.rig.rows('UPDATE blob_scans SET tries = 5');
    await look();
    expect(await verdictOf(result)).toMatchObject({ kind: 'quarantined', reason_code: 'scanner_error' });
  });

  it('is held when it was uploaded as another kind of text than the result says', async () => {
    gateway.bytes = Buffer.from('{"a":"clean"}');
    gateway.mediaType = 'application/json';
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result));
    await look();
    expect(await verdictOf(result)).toMatchObject({ kind: 'quarantined', reason_code: 'unscannable' });
  });

  it('is looked at with its effects, and what the policy wants told is told (O1)', async () => {
    gateway.bytes = Buffer.from('clean text');
    bench.policy.says = ({ findings }) => ({
      actions: findings.map(({ rule, kind, severity }) => ({
        ...{ rule, kind, severity, action: 'redact', alert: true, rule_ids: ['tell'] },
      })),
    });
    const secret = aKey();
    const effects = [{ kind: 'file', op: 'write', target: `/tmp/${secret}` }];
    const result = resultWith(gateway.bytes, {}, { effects });
    await bench.scan(sent(result));
    await look();
    const verdict = await verdictOf(result);
    expect(verdict).toMatchObject({ findings: [{ pointer: '/effects/0/target', action: 'redact' }] });
    expect(await bench.outputEvents()).toMatchObject([{ change: 'alert', tenant_id: 'default' }]);
    expect(JSON.stringify([verdict, await bench.outputEvents()])).not.toContain(secret);
  });

  it('is held in the name of the tenant that the decision names', async () => {
    gateway.bytes = Buffer.from([1, 2, 0, 255]);
    const result = resultWith(gateway.bytes);
    await bench.scan(sent(result));
    await look();
    expect(await bench.rig.rows('SELECT tenant_id FROM quarantine')).toEqual([{ tenant_id: 'default' }]);
  });

  it('drives only the oldest of its own pool to a person when too many wait (X08)', async () => {
    const results = Array.from({ length: 1002 }, (_, i) => resultWith(Buffer.from(`text ${i}`)));
    const [other] = [resultWith(Buffer.from('of another pool'))];
    await bench.scan(sent(other, 'agent.exec.report', 'agent'));
    for (let at = 0; at < 1000; at += 100)
      await bench.scan(...results.slice(at, at + 100).map((result) => sent(result)));
    for (const result of results.slice(1000)) await bench.scan(sent(result));
    const rows = await bench.rig.rows<{ job_id: string; pool: string }>(
      'SELECT job_id, pool FROM blob_scans WHERE tries = 0',
    );
    expect(rows.filter(({ pool }) => pool === 'agent')).toHaveLength(1);
    const kept = new Set(rows.map(({ job_id }) => job_id));
    const givenUp = results.filter(({ job_id }) => !kept.has(job_id));
    expect(givenUp).toHaveLength(2);
    expect(results.slice(100).every(({ job_id }) => kept.has(job_id))).toBe(true);
    expect(await bench.refusals()).toMatchObject([
      { what: 'blob_scan', reason_code: 'unanswered' },
      { what: 'blob_scan', reason_code: 'unanswered' },
    ]);
    await bench.rig.rows('DELETE FROM blob_scans WHERE tries = 0');
    await look();
    for (const result of givenUp)
      expect(await verdictOf(result)).toMatchObject({ kind: 'quarantined', reason_code: 'scanner_error' });
  });

  it.each([`sealed = '\\x00'`, `pool = 'mcp', sealed = substr(sealed, 2)`])(
    'whose queued row was changed (%s) is put before a person, who can release nothing of it',
    async (change) => {
      const result = resultWith(Buffer.from('text'));
      await bench.scan(sent(result));
      await bench.rig.rows(`UPDATE blob_scans SET ${change}`);
      await look();
      expect(await bench.countOf('blob_scans')).toBe(0);
      const { run_id, constraints_digest } = result;
      expect(await verdictOf(result)).toMatchObject({
        ...{ kind: 'quarantined', reason_code: 'scanner_error', effects: true },
        ...{ run_id, constraints_digest, lease_id: result.lease.id },
      });
      await bench.confirm(result);
      await bench.review(result, 'granted');
      expect(await verdictOf(result)).toMatchObject({ kind: 'withheld', released: null });
    },
  );

  it('keeps another quarantine key from being taken over while it waits', async () => {
    await bench.scan(sent(resultWith(Buffer.from('text'))));
    const { road, secrets } = { road: bench.rig.connections.road, ...bench.rig.config };
    await road.run((work) => checkQuarantineKey(work, secrets.quarantineKey));
    const other = road.run((work) => checkQuarantineKey(work, randomBytes(32)));
    await expect(other).rejects.toMatchObject({ code: 'wrong_quarantine_key' });
  });
});

describe('the review of a held blob', () => {
  const held = async () => {
    gateway.bytes = Buffer.from([1, 2, 0, 255]);
    const result = resultWith(gateway.bytes, { media_type: 'application/octet-stream' });
    await bench.scan(sent(result));
    await look();
    await bench.confirm(result);
    return result;
  };

  it('releases the very bytes that the result names when a reviewer grants it', async () => {
    const result = await held();
    await bench.review(result, 'granted');
    expect(await verdictOf(result)).toMatchObject({
      kind: 'released',
      output: null,
      output_blob: result.output_blob,
      released: result.output_blob?.digest,
    });
  });

  it('releases nothing otherwise', async () => {
    const result = await held();
    await bench.review(result, 'rejected');
    const verdict = await verdictOf(result);
    expect(verdict).toMatchObject({ kind: 'withheld', released: null, output: null });
    expect(verdict).not.toHaveProperty('output_blob');
  });
});
