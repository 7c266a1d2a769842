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

it('x', async () => {
  const bytes = randomBytes(MAX_BLOB_BYTES);
  const run = runOf();
  await upload(run, randomBytes(BLOB_CHUNK_BYTES));
  let peak = 0; const base = process.memoryUsage().rss;
  const t = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 20);
  const at = performance.now();
  const r = await upload({ ...run, attempt: 2 }, bytes);
  clearInterval(t);
  console.log('UPLOAD', r.status, Math.round(performance.now() - at), 'ms; rss +', Math.round((peak - base) / 1e6), 'MB');
}, 60_000);
