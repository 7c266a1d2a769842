import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventType, Header, producerUser, Service, sourceOf, Subjects } from '@countersign/contracts';
import { createKey } from '@countersign/gateway';
import { newUlid } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { Database, schemaOf } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api, type Accepted } from '../flow/support/api.js';
import { startServers, type TestServers } from '../flow/support/servers.js';

const BOOTED: readonly Service[] = [Service.Gateway, Service.PolicyEvaluator, Service.AuditWriter];
const PATIENTLY = { timeout: 20_000, interval: 50 };
const ISSUER = 'https://id.example';
const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let servers: TestServers;
let database: pg.Client;
let keys: Database;
let services: RunningServices | undefined;
const api = new Api();

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  servers = await startServers();
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
  keys = await Database.open({ url: servers.postgres.url, schema: schemaOf(Service.Gateway) });
  const configFile = join(servers.stateDir, 'http.yaml');
  const jwk = { ...signer.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' };
  const issuer = { issuer: ISSUER, audience: 'countersign', jwks: { keys: [jwk] } };
  const grants = { tenant: { value: 'default' }, roles: { value: ['producer'] } };
  await writeFile(configFile, JSON.stringify({ issuers: [{ ...issuer, ...grants }] }));
  const env = { ...servers.env, COUNTERSIGN_LOCAL_CALLERS: 'allow', COUNTERSIGN_HTTP_CONFIG: configFile };
  const environment = await readEnvironment(ROOT, env);
  services = await bootServices(
    APPS.filter((app) => BOOTED.includes(app.service)),
    environment.config,
    (app) => environment.credentialsOf(app),
  );
  api.url = services.url;
});
afterAll(async () => {
  await services?.stop();
  await keys?.close();
  await database?.end();
  await servers?.stop();
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
function aToken(): string {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const claims = { iss: ISSUER, aud: 'countersign', sub: 'ann', exp };
  const signed = `${part({ alg: 'ES256', kid: 'k1' })}.${part(claims)}`;
  const key = { key: signer.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
async function aKey(): Promise<string> {
  const grant = { tenant_id: 'default', name: 'agent-7', roles: ['producer'], groups: [], agents: [] };
  return (await createKey(keys, { ...grant, expiresAfterSec: null }, 'cli:test')).text;
}

const JOB = { topic: 'job.mcp-bridge.read.list_tickets', tenant_id: 'default' };
/** Sends a job over HTTP with a credential, or none; gives its id. */
async function submit(credential?: string): Promise<string> {
  const answer = await api.call<Accepted>(
    'POST',
    '/api/v1/jobs',
    JOB,
    credential === undefined ? {} : { authorization: `Bearer ${credential}` },
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.job_id;
}
/** What the audit log says of who sent a job, as the decision on it has it. */
const verifiedOf = (jobId: string) =>
  vi.waitFor(async () => {
    const { rows } = await database.query<{ verified: object }>(
      `SELECT text::json->'summary'->'verified' AS verified FROM audit_writer.entries WHERE job_id = $1 AND type = $2`,
      [jobId, EventType.Decision],
    );
    expect(rows).toHaveLength(1);
    return rows[0]!.verified;
  }, PATIENTLY);

describe('the decision on a job says how its sender is known', () => {
  it('not at all, without credentials on loopback', async () => {
    expect(await verifiedOf(await submit())).toMatchObject({ by: 'loopback', caller: 'local-producer' });
  });

  it('by an API key', async () => {
    expect(await verifiedOf(await submit(await aKey()))).toMatchObject({ by: 'api_key', caller: 'agent-7' });
  });

  it('by a token', async () => {
    expect(await verifiedOf(await submit(aToken()))).toMatchObject({ by: 'token', caller: 'ann' });
  });

  it('by its account on the bus, whatever its headers say of a caller and a proof (H02, X08)', async () => {
    const user = producerUser('local-producer');
    const seed = await servers.keys.seedOf(user);
    const bus = await Bus.connect({ servers: servers.natsUrl, user, seed });
    const jobId = newUlid();
    const sending = {
      subject: Subjects.job.address({ tail: JOB.topic.slice('job.'.length) }),
      id: newUlid(),
      type: EventType.Job,
      source: sourceOf(Service.Gateway),
      body: JSON.stringify({ ...JOB, job_id: jobId }),
      time: new Date().toISOString(),
      headers: { [Header.VerifiedCaller]: 'root', [Header.VerifiedBy]: 'token' },
    };
    expect(await bus.publish([sending])).toEqual(['stored']);
    await bus.close();
    expect(await verifiedOf(jobId)).toMatchObject({
      by: 'account',
      caller: 'local-producer',
      producer: 'local-producer',
    });
  });
});
