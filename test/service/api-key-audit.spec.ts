import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventType, Service } from '@countersign/contracts';
import { createKey, migrations, revokeKey } from '@countersign/gateway';
import { Database } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { aResult, ScannerBench, sent } from './support/scanner-bench.js';

const BOOTED: readonly Service[] = [Service.Gateway, Service.AuditWriter];
const PATIENTLY = { timeout: 20_000, interval: 50 };
const run = promisify(execFile);

let servers: TestServers;
let database: pg.Client;
let services: RunningServices | undefined;

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  servers = await startServers();
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
});
afterEach(async () => {
  await services?.stop();
  services = undefined;
});
afterAll(async () => {
  await database?.end();
  await servers?.stop();
});

async function boot(): Promise<void> {
  const environment = await readEnvironment(ROOT, servers.env);
  services = await bootServices(
    APPS.filter((app) => BOOTED.includes(app.service)),
    environment.config,
    (app) => environment.credentialsOf(app),
  );
}
/** `npm run keys -- …`, as the administrator of the database. */
async function command(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, ...servers.env, COUNTERSIGN_ADMIN_DATABASE_URL: servers.postgres.url };
  return run(process.execPath, [join(ROOT, 'apps/standalone/dist/api-keys.js'), ...args], { env });
}
async function create(name: string): Promise<{ keyId: string; text: string; traceId: string }> {
  const { stdout, stderr } = await command('create', '--tenant', 'acme', '--role', 'auditor', '--name', name);
  return { keyId: stdout.slice(3, 17), text: stdout.trim(), traceId: traceIn(stderr) };
}
const traceIn = (notes: string) => /trace ([0-9a-f]{32})/.exec(notes)?.[1] ?? 'no trace';

/** What the audit log has under a trace. */
const entryOf = (traceId: string) =>
  vi.waitFor(async () => {
    const { rows } = await database.query<{ type: string; tenant_id: string; entry: { summary: object } }>(
      'SELECT type, tenant_id, text::json AS entry FROM audit_writer.entries WHERE trace_id = $1',
      [traceId],
    );
    expect(rows).toHaveLength(1);
    return rows[0]!;
  }, PATIENTLY);
const outbox = async () =>
  (
    await database.query<{ body: string }>('SELECT body FROM gateway.outbox WHERE type = $1', [
      EventType.ApiKeyChanged,
    ])
  ).rows.map(({ body }) => body);

describe('an API key', () => {
  it('that is made and ended while the gateway runs stands in the audit log, with who did it', async () => {
    await boot();
    const { keyId, text, traceId } = await create('ann');
    const made = await entryOf(traceId);
    const told = { key_id: keyId, tenant_id: 'acme', name: 'ann', roles: ['auditor'] };
    const by = `cli:${userInfo().username}`;
    expect(made).toMatchObject({ type: EventType.ApiKeyChanged, tenant_id: 'acme' });
    expect(made.entry.summary).toMatchObject({ ...told, change: 'created', by });
    const ended = await entryOf(traceIn((await command('revoke', keyId)).stderr));
    expect(ended.entry.summary).toMatchObject({ ...told, change: 'revoked', by });
    expect(JSON.stringify([made, ended])).not.toContain(text.slice(18));
    await vi.waitFor(async () => expect(await outbox()).toEqual([]), PATIENTLY);
  });

  it('that is made while nothing runs is told by the gateway that starts later', async () => {
    const { keyId, text, traceId } = await create('bob');
    const waiting = await outbox();
    expect(waiting).toEqual([expect.stringContaining(keyId)]);
    expect(waiting.join()).not.toContain(text.slice(18));
    await boot();
    expect((await entryOf(traceId)).entry.summary).toMatchObject({ key_id: keyId, change: 'created' });
    await vi.waitFor(async () => expect(await outbox()).toEqual([]), PATIENTLY);
  });

  it('is not there when word of it can not be left, and not ended either', async () => {
    const { keyId } = await create('eve');
    await database.query('ALTER TABLE gateway.outbox ADD CONSTRAINT no_room CHECK (false) NOT VALID');
    try {
      await expect(create('mallory')).rejects.toThrow();
      await expect(command('revoke', keyId)).rejects.toThrow();
      const { rows } = await database.query(
        `SELECT name, revoked_at FROM gateway.api_keys WHERE name IN ('eve', 'mallory')`,
      );
      expect(rows).toEqual([{ name: 'eve', revoked_at: null }]);
    } finally {
      await database.query('ALTER TABLE gateway.outbox DROP CONSTRAINT no_room');
    }
  });

  it('is the administrator’s to tell of: who serves requests leaves no such word (X08)', async () => {
    const url = new URL(servers.postgres.url);
    url.username = 'countersign_gateway_api';
    url.password = await servers.keys.rolePassword(url.username);
    const api = new pg.Client({ connectionString: url.href });
    await api.connect();
    const forge = api.query(
      `INSERT INTO gateway.outbox (event_id, subject, type, body, sent_by, event_time, next_send_at)
       VALUES ('x', 'event.gateway.api_key.created', $1, '{}', 'x', now(), now())`,
      [EventType.ApiKeyChanged],
    );
    await expect(forge).rejects.toThrow('row-level security');
    await api.end();
  });

  it('is made and ended with word of it by a set-up role that is no superuser, which sees no other word', async () => {
    await database.query(`CREATE ROLE keeper LOGIN NOSUPERUSER PASSWORD 'keeper'`);
    await database.query('CREATE SCHEMA keeper AUTHORIZATION keeper');
    const url = new URL(servers.postgres.url);
    [url.username, url.password] = ['keeper', 'keeper'];
    const keeper = new pg.Client({ connectionString: url.href, options: '-c search_path=keeper' });
    await keeper.connect();
    const runner = { query: (sql: string) => keeper.query(sql) };
    for (const Migration of migrations.migrations) await new Migration().up(runner as never);
    const keys = await Database.open({ url: url.href, schema: 'keeper' });
    const wish = { tenant_id: 'acme', name: 'a', roles: ['auditor'], groups: [], agents: [] };
    const { keyId } = await createKey(keys, { ...wish, expiresAfterSec: null }, 'cli:test');
    await revokeKey(keys, keyId, 'cli:test');
    await keys.close();
    expect((await keeper.query('SELECT 1 FROM outbox')).rowCount).toBe(0);
    const other = keeper.query(
      `INSERT INTO outbox (event_id, subject, type, body, sent_by, event_time, next_send_at)
       VALUES ('x', 'from.gateway.job.x', 'job.v1', '{}', 'x', now(), now())`,
    );
    await expect(other).rejects.toThrow('row-level security');
    await keeper.end();
    const { rows } = await database.query<{ subject: string }>(
      'SELECT subject FROM keeper.outbox ORDER BY subject',
    );
    expect(rows.map(({ subject }) => subject)).toEqual([
      'event.gateway.api_key.created',
      'event.gateway.api_key.revoked',
    ]);
  });

  it('in the output of a job is found and put out of sight (O1)', async () => {
    const { text } = await create('leaked');
    const scanner = await ScannerBench.open(servers);
    const result = aResult({ output: { log: `curl -H "Authorization: Bearer ${text}"` } });
    await scanner.scan(sent(result));
    const [verdict] = await scanner.verdictsOf(result.job_id);
    expect(verdict?.findings).toMatchObject([{ rule: 'secret.countersign-api-key', severity: 'critical' }]);
    expect(JSON.stringify(verdict)).not.toContain(text.slice(18));
    await scanner.rig.close();
  });
});
