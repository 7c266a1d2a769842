import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Service } from '@countersign/contracts';
import { createKey } from '@countersign/gateway';
import { Database, schemaOf } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api } from '../flow/support/api.js';
import { startServers, type TestServers } from '../flow/support/servers.js';

const run = promisify(execFile);
let servers: TestServers;
let database: pg.Client;
let keys: Database;
let gateway: RunningServices | undefined;
const api = new Api();

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  servers = await startServers();
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
  keys = await Database.open({ url: servers.postgres.url, schema: schemaOf(Service.Gateway) });
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await database.query('DELETE FROM gateway.api_keys');
});
afterAll(async () => {
  await keys?.close();
  await database?.end();
  await servers?.stop();
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an entry of the platform until it ends by itself; one that does not is ended after 30 s. */
async function entry(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const options = { env: { ...process.env, ...servers.env, ...env }, timeout: 30_000 };
  return run(process.execPath, [join(ROOT, 'apps/standalone/dist', script), ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code?: number; stdout: string; stderr: string }) => ({ ...error, code: error.code ?? -1 }),
  );
}
const command = (...args: readonly string[]) =>
  entry('api-keys.js', args, { COUNTERSIGN_ADMIN_DATABASE_URL: servers.postgres.url });
const AGENT = { tenant_id: 'acme', name: 'agent-7', roles: ['producer'], groups: [], agents: [] };
const create = async (expiresAfterSec: number | null = null) =>
  (await createKey(keys, { ...AGENT, expiresAfterSec }, 'cli:test')).text;

async function startGateway(env: NodeJS.ProcessEnv = {}): Promise<void> {
  const environment = await readEnvironment(ROOT, { ...servers.env, ...env });
  gateway = await bootServices(
    APPS.filter((app) => app.service === Service.Gateway),
    environment.config,
    (app) => environment.credentialsOf(app),
  );
  api.url = gateway.url.replace('0.0.0.0', '127.0.0.1');
}
const submit = (key?: string, tenant = 'acme') =>
  api.call(
    'POST',
    '/api/v1/jobs',
    { topic: 'job.x', tenant_id: tenant },
    key === undefined ? {} : { authorization: `Bearer ${key}` },
  );

describe('a process off loopback', () => {
  it.each([
    ['the gateway', [Service.Gateway], {}, /without an API key or an issuer/],
    [
      'the gateway that takes local callers',
      [Service.Gateway],
      { COUNTERSIGN_LOCAL_CALLERS: 'allow' },
      /loopback alone/,
    ],
    ['a service without authentication', [Service.Scheduler], {}, /serves health alone/],
  ])('does not start: %s', async (_, args, env, why) => {
    const ended = await entry('service.js', args, { ...env, COUNTERSIGN_HOST: '0.0.0.0' });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/refusing to listen on 0\.0\.0\.0/);
    expect(ended.stderr).toMatch(why);
    expect(ended.stderr).toContain('What to do:');
    expect(ended.stdout).not.toContain('"ready"');
  });

  it.each([
    ['the whole platform in one process', 'start.js', []],
    ['the gateway', 'service.js', [Service.Gateway]],
  ])(
    'does not start behind a trusted proxy either, which tells no callers apart: %s',
    async (_, script, args) => {
      const file = join(servers.stateDir, 'proxied.yaml');
      await writeFile(file, 'trusted_proxies: [127.0.0.1, 10.0.0.0/8]\n');
      const env = { COUNTERSIGN_HOST: '0.0.0.0', COUNTERSIGN_HTTP_CONFIG: file };
      const ended = await entry(script, args, env);
      expect([ended.code, ended.stderr]).toEqual([
        1,
        expect.stringMatching(/refusing to listen on 0\.0\.0\.0/),
      ]);
      expect(ended.stderr).toMatch(/without an API key or an issuer/);
      expect(ended.stdout).not.toContain('"ready"');
    },
  );

  it.each([
    ['nothing configured', {}],
    ['local callers allowed', { COUNTERSIGN_LOCAL_CALLERS: 'allow' }],
    ['local callers denied', { COUNTERSIGN_LOCAL_CALLERS: 'deny' }],
  ])('does not start as the whole platform in one process: %s', async (_, env) => {
    const ended = await entry('start.js', [], { ...env, COUNTERSIGN_HOST: '0.0.0.0' });
    expect([ended.code, ended.stderr]).toEqual([
      1,
      expect.stringMatching(/refusing to listen on 0\.0\.0\.0/),
    ]);
    expect(ended.stdout).not.toContain('"ready"');
  });

  it('does not start with a setting for local callers that is none', async () => {
    const env = { ...servers.env, COUNTERSIGN_LOCAL_CALLERS: 'yes' };
    await expect(readEnvironment(ROOT, env)).rejects.toThrow('COUNTERSIGN_LOCAL_CALLERS is none of auto');
  });

  it('does not start with an issuer without an audience (N02)', async () => {
    const file = join(servers.stateDir, 'http.yaml');
    await writeFile(file, 'issuers: [{ issuer: https://id.example, jwks_url: https://id.example/jwks }]\n');
    const ended = await entry('service.js', [Service.Gateway], { COUNTERSIGN_HTTP_CONFIG: file });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${file}: the member /issuers/0/audience is missing`);
  });

  it('is the gateway with an API key, and asks everybody for one', async () => {
    const key = await create();
    await startGateway({ COUNTERSIGN_HOST: '0.0.0.0' });
    expect([(await submit()).status, (await submit(key)).status]).toEqual([401, 202]);
  });
});

describe('an API key', () => {
  it('is made, listed and ended by one command, and good from then to then for its tenant', async () => {
    await startGateway();
    const made = await command('create', '--tenant', 'acme', '--role', 'producer', '--name', 'agent-7');
    expect(made.stdout).toMatch(/^cs_\S+\n$/);
    const key = made.stdout.trim();
    expect((await submit(key)).status).toBe(202);
    expect((await submit(key, 'default')).body['code']).toBe('tenant_mismatch');
    const listed = (await command('list', '--tenant', 'acme')).stdout;
    expect(listed).toMatch(/  acme  agent-7  producer  usable  /);
    const [keyId = ''] = listed.split(' ');
    expect(key).toContain(keyId);
    for (const text of [listed, made.stderr]) expect(text).not.toContain(key.slice(18));
    expect((await command('revoke', keyId)).code).toBe(0);
    expect((await submit(key)).body['code']).toBe('invalid_credentials');
    expect((await command('revoke', keyId)).code).toBe(1);
  });

  it('is made by the administrator of the database, and by nobody else', async () => {
    const { code, stderr } = await entry('api-keys.js', ['list']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('COUNTERSIGN_ADMIN_DATABASE_URL')]);
  });

  it('is kept as a digest', async () => {
    const key = await create();
    const { rows } = await database.query<{ row: string }>('SELECT k::text AS row FROM gateway.api_keys k');
    expect(rows).toHaveLength(1);
    expect(rows[0]!.row).not.toContain(key.slice(18));
  });

  it('ends by the clock of the database', async () => {
    await startGateway();
    const key = await create(86_400);
    expect((await submit(key)).status).toBe(202);
    await database.query('UPDATE gateway.api_keys SET expires_at = now()');
    expect((await submit(key)).body['code']).toBe('invalid_credentials');
  });

  it('shows the day on which it was last used, and no more', async () => {
    await startGateway();
    await submit(await create());
    await vi.waitFor(async () => {
      const { rows } = await database.query(
        `SELECT last_used_on = (now() AT TIME ZONE 'UTC')::date AS today FROM gateway.api_keys`,
      );
      expect(rows).toEqual([{ today: true }]);
    });
  });

  it('locks out callers without credentials within a second or two, when it is the first', async () => {
    await startGateway();
    expect((await submit(undefined, 'default')).status).toBe(202);
    await create();
    await vi.waitFor(async () => expect((await submit(undefined, 'default')).status).toBe(401), {
      timeout: 3_000,
      interval: 100,
    });
  });
});
