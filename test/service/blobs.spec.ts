import { randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { BLOB_CHUNK_BYTES, MAX_BLOB_BYTES, Service, Subjects } from '@countersign/contracts';
import { createKey } from '@countersign/gateway';
import { newUlid } from '@countersign/kernel';
import { Database, schemaOf } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import { newKeyRing, parseKeyRing, WarrantSigner, type WarrantClaims } from '@countersign/warrant';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api, type Accepted } from '../flow/support/api.js';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { blobPath, completeWithBlob, digestOf, runOf as aRunOf } from './support/released-blob.js';
import { openRig, type ServiceRig } from './support/service-rig.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };
const api = new Api();
let servers: TestServers;
let services: RunningServices | undefined;
let database: pg.Client;
let signer: WarrantSigner;
let scanner: ServiceRig;
const keyOf: Record<string, string> = {};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const runOf = (tenant = 'acme', jobId?: string) => aRunOf(tenant, jobId);

interface Reply {
  readonly status: number;
  readonly code: string | undefined;
}

/** Sends bytes as they are told to be sent; what fails to be sent after the answer does not count. */
function put(path: string, bytes: Uint8Array, headers: Record<string, string | number>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${api.url}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'text/plain', 'content-length': bytes.length, ...headers },
    });
    sent.once('error', reject);
    sent.once('response', (response: IncomingMessage) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        const body = JSON.parse(text === '' ? '{}' : text) as { code?: string };
        resolve({ status: response.statusCode ?? 0, code: body.code });
      });
    });
    sent.end(bytes);
  });
}

const upload = (run: WarrantClaims, bytes: Uint8Array, digest = digestOf(bytes)) =>
  put(blobPath(digest), bytes, bearer(signer.sign(run)));
const rowsOf = async (jobId: string) =>
  (await database.query<{ state: string }>('SELECT state FROM gateway.blobs WHERE job_id = $1', [jobId]))
    .rows;
const read = async (digest: string, tenant: string) => {
  const response = await fetch(`${api.url}${blobPath(digest)}`, { headers: bearer(keyOf[tenant] ?? '') });
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
};

/** A job of the tenant as if a verdict had released this blob of it. */
async function completedWith(tenant: string, bytes: Uint8Array): Promise<string> {
  const body = { tenant_id: tenant, topic: 'job.mcp-bridge.read.list_tickets' };
  const answer = await api.call<Accepted>('POST', '/api/v1/jobs', body, bearer(keyOf[tenant] ?? ''));
  expect(answer.status).toBe(202);
  const { job_id } = answer.body;
  await vi.waitFor(async () => expect(await completeWithBlob(database, job_id, bytes)).toBe(true), PATIENTLY);
  return job_id;
}

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  servers = await startServers();
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
  const keys = await Database.open({ url: servers.postgres.url, schema: schemaOf(Service.Gateway) });
  for (const tenant of ['acme', 'other']) {
    const wish = {
      tenant_id: tenant,
      name: `all-of-${tenant}`,
      roles: ['producer', 'worker', 'operator'],
      groups: [],
      agents: [],
    };
    keyOf[tenant] = (await createKey(keys, { ...wish, expiresAfterSec: null }, 'cli:test')).text;
  }
  await keys.close();
  const environment = await readEnvironment(ROOT, servers.env);
  services = await bootServices(APPS, environment.config, (app) => environment.credentialsOf(app));
  api.url = services.url;
  signer = await WarrantSigner.open(parseKeyRing(await environment.config.secrets.warrantKeys()));
  scanner = await openRig(servers, Service.OutputScanner);
});
afterAll(async () => {
  await scanner?.close();
  await services?.stop();
  await database?.end();
  await servers?.stop();
});

describe('an upload (O5)', () => {
  it('of a run is stored once: the same again changes nothing', async () => {
    const run = runOf();
    const bytes = randomBytes(BLOB_CHUNK_BYTES + 1);
    expect(await upload(run, bytes)).toMatchObject({ status: 201 });
    expect(await upload(run, bytes)).toMatchObject({ status: 200 });
    expect(await rowsOf(run.job_id)).toEqual([{ state: 'stored' }]);
  });

  it('by two writers at once leaves one blob', async () => {
    const run = runOf();
    const bytes = randomBytes(3 * BLOB_CHUNK_BYTES);
    const replies = await Promise.all([upload(run, bytes), upload(run, bytes)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(await rowsOf(run.job_id)).toEqual([{ state: 'stored' }]);
  });

  it('is written nowhere in the clear', async () => {
    const run = runOf();
    const bytes = Buffer.from('a text that nobody has scanned yet');
    await upload(run, bytes);
    const { rows } = await database.query<{ sealed: Buffer }>('SELECT sealed FROM gateway.blob_chunks');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ sealed }) => sealed.includes('nobody has scanned'))).toBe(false);
  });

  it('whose bytes do not come to the digest is refused, and nothing of it stays', async () => {
    const run = runOf();
    const reply = await upload(run, randomBytes(BLOB_CHUNK_BYTES + 5), digestOf(randomBytes(5)));
    expect(reply).toEqual({ status: 422, code: 'digest_mismatch' });
    expect(await rowsOf(run.job_id)).toEqual([]);
  });

  it('that breaks off leaves nothing', async () => {
    const run = runOf();
    const bytes = randomBytes(2 * BLOB_CHUNK_BYTES);
    const broken = httpRequest(`${api.url}${blobPath(digestOf(bytes))}`, {
      method: 'PUT',
      headers: { ...bearer(signer.sign(run)), 'content-length': bytes.length },
    });
    broken.on('error', () => undefined);
    broken.write(bytes.subarray(0, BLOB_CHUNK_BYTES + 1));
    await vi.waitFor(async () => expect(await rowsOf(run.job_id)).toEqual([{ state: 'writing' }]), PATIENTLY);
    broken.destroy();
    await vi.waitFor(async () => expect(await rowsOf(run.job_id)).toEqual([]), PATIENTLY);
  });

  it('larger than the limit is refused before a byte of it is read', async () => {
    const run = runOf();
    const headers = { ...bearer(signer.sign(run)), 'content-length': MAX_BLOB_BYTES + 1 };
    const reply = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest(`${api.url}${blobPath(digestOf(Buffer.from('x')))}`, {
        method: 'PUT',
        headers,
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        response.resume();
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.flushHeaders();
    });
    expect(reply).toBe(413);
    expect(await rowsOf(run.job_id)).toEqual([]);
  });

  it.each([
    ['in capital letters', 'A'.repeat(64)],
    ['too short', 'a'.repeat(63)],
    ['no hexadecimal digits', `${'a'.repeat(63)}g`],
    ['a path', '..%2f..%2fetc%2fpasswd'],
  ])('under a digest that is %s is refused', async (_, name) => {
    const reply = await put(`/api/v1/blobs/sha256/${name}`, Buffer.from('x'), bearer(signer.sign(runOf())));
    expect(reply).toEqual({ status: 400, code: 'invalid_field' });
  });

  it('without its length is refused', async () => {
    const response = await fetch(`${api.url}${blobPath(digestOf(Buffer.from('x')))}`, {
      method: 'PUT',
      headers: bearer(signer.sign(runOf())),
      body: new Blob(['x']).stream(),
      duplex: 'half',
    });
    expect(response.status).toBe(411);
  });

  it('beyond what one run may leave is refused, and other runs may go on', async () => {
    const run = runOf();
    for (let i = 0; i < 4; i++) expect((await upload(run, Buffer.from(`blob ${i}`))).status).toBe(201);
    expect(await upload(run, Buffer.from('one more'))).toEqual({ status: 429, code: 'blob_quota' });
    expect((await upload(runOf(), Buffer.from('one more'))).status).toBe(201);
  });
});

describe('who uploads (H06)', () => {
  const bytes = Buffer.from('bytes that somebody wants to leave here');
  const path = blobPath(digestOf(bytes));

  it('without a warrant is refused', async () => {
    expect(await put(path, bytes, {})).toEqual({ status: 401, code: 'unauthenticated' });
  });

  it('with a key that has the role of a worker instead is refused', async () => {
    const reply = await put(path, bytes, bearer(keyOf['acme'] ?? ''));
    expect(reply).toEqual({ status: 401, code: 'invalid_credentials' });
  });

  it('with a warrant that another key has signed is refused', async () => {
    const forger = await WarrantSigner.open(await newKeyRing(new Date()));
    const reply = await put(path, bytes, bearer(forger.sign(runOf())));
    expect(reply).toEqual({ status: 401, code: 'invalid_credentials' });
  });

  it('with a warrant whose words were changed is refused', async () => {
    const [head, body, signature] = signer.sign(runOf()).split('.');
    const claims = JSON.parse(Buffer.from(body!, 'base64url').toString()) as WarrantClaims;
    const forged = Buffer.from(JSON.stringify({ ...claims, tenant_id: 'other' })).toString('base64url');
    const reply = await put(path, bytes, bearer(`${head}.${forged}.${signature}`));
    expect(reply).toEqual({ status: 401, code: 'invalid_credentials' });
  });

  it.each([
    ['has expired', { iat: 1_000, nbf: 1_000, exp: 2_000 }],
    ['is not valid yet', { nbf: 4_000_000_000, exp: 4_000_000_300 }],
    ['comes from another issuer', { iss: 'https://example.org' }],
  ])('with a warrant that %s is refused', async (_, over) => {
    const reply = await put(path, bytes, bearer(signer.sign({ ...runOf(), ...over })));
    expect(reply).toEqual({ status: 401, code: 'invalid_credentials' });
  });

  it('can do nothing else with a warrant', async () => {
    const headers = bearer(signer.sign(runOf()));
    for (const address of ['/api/v1/jobs', '/api/v1/me', path])
      expect((await api.call('GET', address, undefined, headers)).status).toBe(401);
  });
});

describe('the output-scanner', () => {
  const ask = (run: WarrantClaims, digest: string, index = 0) =>
    scanner.connections.main.request(Subjects.queryBlob.address({}), {
      ...{ job_id: run.job_id, attempt: run.attempt, run_id: run.run_id, digest, index },
    });

  it('reads what a run has uploaded, piece by piece', async () => {
    const run = runOf();
    const bytes = randomBytes(BLOB_CHUNK_BYTES + 100);
    await upload(run, bytes);
    const pieces = [await ask(run, digestOf(bytes), 0), await ask(run, digestOf(bytes), 1)] as {
      data: string;
    }[];
    expect(Buffer.concat(pieces.map(({ data }) => Buffer.from(data, 'base64'))).equals(bytes)).toBe(true);
    expect(await ask(run, digestOf(bytes), 2)).toEqual({ ok: false, code: 'not_found' });
  });

  it('is told of a stored piece that was changed, so that its scan comes to an end (A-tampering)', async () => {
    const run = runOf();
    const bytes = randomBytes(100);
    await upload(run, bytes);
    await database.query(
      `UPDATE gateway.blob_chunks c SET sealed = substr(c.sealed, 2) FROM gateway.blobs b
        WHERE b.job_id = $1 AND c.blob_id = b.blob_id`,
      [run.job_id],
    );
    expect(await ask(run, digestOf(bytes))).toEqual({ ok: false, code: 'digest_mismatch' });
  });

  it('finds nothing for a result of another run, job or attempt that names the digest (H06)', async () => {
    const run = runOf();
    const bytes = randomBytes(100);
    await upload(run, bytes);
    const others = [
      { ...run, run_id: 'run_20261120T120000Z_00000002' },
      { ...run, job_id: newUlid() },
      { ...run, attempt: 2 },
    ];
    for (const other of others)
      expect(await ask(other, digestOf(bytes))).toEqual({ ok: false, code: 'not_found' });
  });

  it('can commit no copy that does not come to what it says, nor one of what nobody has uploaded', async () => {
    const run = runOf();
    const bytes = randomBytes(100);
    await upload(run, bytes);
    const draft = newUlid();
    const ids = { job_id: run.job_id, attempt: 1, run_id: run.run_id, of: digestOf(bytes), draft };
    const { main } = scanner.connections;
    const write = (over: object) =>
      main.request(Subjects.commandBlobWrite.address({}), {
        ...{ ...ids, index: 0, data: Buffer.from('redacted').toString('base64') },
        ...over,
      });
    const commit = (text: string) =>
      main.request(Subjects.commandBlobCommit.address({}), {
        ...ids,
        blob: { digest: digestOf(Buffer.from(text)), size: 8, media_type: 'text/plain' },
      });
    expect(await write({ of: digestOf(randomBytes(3)) })).toEqual({ ok: false, code: 'not_found' });
    expect(await write({})).toEqual({ ok: true });
    expect(await commit('redacteD')).toEqual({ ok: false, code: 'digest_mismatch' });
    expect(await commit('redacted')).toEqual({ ok: true });
    // The answer was lost: it is asked once more.
    expect(await commit('redacted')).toEqual({ ok: true });
    expect(await write({ index: 1 })).toEqual({ ok: false, code: 'not_found' });
  });
});

describe('a blob', () => {
  it('can be read when a verdict has released it, by its tenant and nobody else', async () => {
    const bytes = randomBytes(2 * BLOB_CHUNK_BYTES + 17);
    const jobId = await completedWith('acme', bytes);
    await upload(runOf('acme', jobId), bytes);
    const own = await read(digestOf(bytes), 'acme');
    expect(own.status).toBe(200);
    expect(own.bytes.equals(bytes)).toBe(true);
    expect(own.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(own.headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f]{64}"$/);
    expect(own.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await read(digestOf(bytes), 'other')).status).toBe(404);
  });

  it('is not there before the verdict', async () => {
    const bytes = randomBytes(100);
    await upload(runOf(), bytes);
    expect((await read(digestOf(bytes), 'acme')).status).toBe(404);
  });

  it('of another job does not become readable by a job that released the same digest elsewhere', async () => {
    const bytes = randomBytes(100);
    await completedWith('other', bytes);
    await upload(runOf('acme'), bytes);
    expect((await read(digestOf(bytes), 'acme')).status).toBe(404);
    expect((await read(digestOf(bytes), 'other')).status).toBe(404);
  });

  it('that was given the digest of a released one does not get out, not one piece of it (A-tampering)', async () => {
    const [released, held] = [randomBytes(100), randomBytes(3 * BLOB_CHUNK_BYTES)];
    const jobId = await completedWith('acme', released);
    await upload(runOf('acme', jobId), held);
    await database.query('UPDATE gateway.blobs SET digest = $2 WHERE job_id = $1', [
      jobId,
      digestOf(released),
    ]);
    const got = await read(digestOf(released), 'acme');
    expect(got.status).toBe(500);
    expect(got.headers.get('content-type')).toMatch(/problem\+json/);
    expect(got.bytes.includes(held.subarray(0, 64))).toBe(false);
  });

  it('whose stored pieces were changed or exchanged is not given out (A-tampering)', async () => {
    const bytes = randomBytes(2 * BLOB_CHUNK_BYTES);
    const jobId = await completedWith('acme', bytes);
    await upload(runOf('acme', jobId), bytes);
    await database.query(
      `UPDATE gateway.blob_chunks c SET sealed = o.sealed FROM gateway.blob_chunks o, gateway.blobs b
        WHERE b.job_id = $1 AND c.blob_id = b.blob_id AND o.blob_id = b.blob_id AND c.index = 1 AND o.index = 0`,
      [jobId],
    );
    expect((await read(digestOf(bytes), 'acme')).status).toBe(500);
  });
});
