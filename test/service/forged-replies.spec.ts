import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EventType,
  inboxPrefix,
  PROVISIONER_USER,
  responderUser,
  Service,
  STREAMS,
} from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { bootServices, readEnvironment, readTopology, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';

const BOOTED: readonly Service[] = [Service.Scheduler, Service.AuditWriter];
const PATIENTLY = { timeout: 20_000, interval: 100 };
const ASKED = 'query.job.get';
const QUESTION = JSON.stringify({ tenant_id: 'default', job_id: newUlid() });
/** A user of the streams' own account, whose broker has been given a right too many. */
const INSIDER = responderUser(Service.AuditWriter);
const OWN_INBOX = `${inboxPrefix(INSIDER)}.answer`;
/** Where an answer would do harm: an offer, a decision, an order to the broker, what a service waits for. */
const TARGETS = [
  OWN_INBOX,
  'dispatch.mcp.evil',
  'decision.allow.evil',
  'control.stop.mcp',
  'event.scheduler.refused',
  '$JS.API.STREAM.PURGE.JOBS',
  `${inboxPrefix(Service.Gateway)}.stolen`,
  `_R.${newUlid()}`,
];

let servers: TestServers;
let database: pg.Client;
let services: RunningServices | undefined;
const clients: NatsConnection[] = [];

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  servers = await startServers();
  await servers.nats.stop();
  await letInsiderAsk();
  await servers.restartNats();
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
  const environment = await readEnvironment(ROOT, servers.env);
  services = await bootServices(
    APPS.filter((app) => BOOTED.includes(app.service)),
    environment.config,
    (app) => environment.credentialsOf(app),
  );
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await services?.stop();
  await database?.end();
  await servers?.stop();
});

/** The contract lets nobody in the streams' account publish a request. This broker's configuration does. */
async function letInsiderAsk(): Promise<void> {
  const file = join(servers.stateDir, 'nats.conf');
  const keys = await servers.keys.publicKeys(await readTopology(join(ROOT, 'config/platform.yaml')));
  const [key = ''] = keys.get(INSIDER) ?? [];
  const before = `nkey: ${key}, permissions: { publish: { deny: [">"] }`;
  const text = await readFile(file, 'utf8');
  expect(text).toContain(before);
  await writeFile(file, text.replace(before, before.replace('deny: [">"]', `allow: ["${ASKED}"]`)));
}

async function clientOf(user: string): Promise<NatsConnection> {
  const seed = new TextEncoder().encode(await servers.keys.seedOf(user));
  const client = await connect({
    servers: servers.natsUrl,
    inboxPrefix: inboxPrefix(user),
    authenticator: nkeyAuthenticator(seed),
  });
  clients.push(client);
  return client;
}

/** What the audit log has of refused requests on the asked subject. */
async function refusals(): Promise<{ readonly count: number }[]> {
  const { rows } = await database.query<{ summary: { what: string; reason_code: string; detail: object } }>(
    `SELECT text::json->'summary' AS summary FROM audit_writer.entries WHERE type = $1`,
    [EventType.Refused],
  );
  return rows.map(({ summary }) => {
    expect(summary).toMatchObject({ what: 'request', reason_code: 'forged', detail: { subject: ASKED } });
    return summary.detail as { readonly count: number };
  });
}
const refusedSoFar = async () => (await refusals()).reduce((sum, { count }) => sum + count, 0);

describe('a request that wants its answer where it does not belong', () => {
  it('is not answered by a service, says nothing for it anywhere, and stands in the audit log (S01, X01)', async () => {
    const insider = await clientOf(INSIDER);
    const manager = await jetstreamManager(await clientOf(PROVISIONER_USER), { checkAPI: false });
    const lastSeqs = async () => {
      const names = Object.keys(STREAMS).filter((name) => name !== 'EVENTS');
      const infos = await Promise.all(names.map((name) => manager.streams.info(name)));
      return infos.map(({ config, state }) => [config.name, state.last_seq, state.messages]);
    };
    const gateway = await clientOf(Service.Gateway);
    const heard: string[] = [];
    for (const [client, user] of [
      [insider, INSIDER],
      [gateway, Service.Gateway],
    ] as const)
      client.subscribe(`${inboxPrefix(user)}.>`, {
        callback: (_error, message) => void heard.push(`${message.subject}: ${message.string()}`),
      });
    await Promise.all([insider.flush(), gateway.flush()]);
    const before = await lastSeqs();

    for (const reply of TARGETS) insider.publish(ASKED, QUESTION, { reply });
    // Refusals within a second are told together, with the first of the next one.
    await vi.waitFor(async () => {
      insider.publish(ASKED, QUESTION, { reply: OWN_INBOX });
      await insider.flush();
      expect(await refusedSoFar()).toBeGreaterThan(TARGETS.length);
    }, PATIENTLY);

    await Promise.all([insider.flush(), gateway.flush()]);
    expect(heard).toEqual([]);
    expect(await lastSeqs()).toEqual(before);
  });

  it('is refused and remembered as well when it names nowhere at all', async () => {
    const gateway = await clientOf(Service.Gateway);
    const before = await refusedSoFar();
    await vi.waitFor(async () => {
      gateway.publish(ASKED, QUESTION);
      await gateway.flush();
      expect(await refusedSoFar()).toBeGreaterThan(before);
    }, PATIENTLY);
  });

  it('does not keep the service from answering who may ask', async () => {
    const gateway = await clientOf(Service.Gateway);
    const answer = await gateway.request(ASKED, QUESTION, { timeout: 5_000 });
    expect(answer.json()).toEqual({ ok: false, code: 'not_found' });
  });

  it('can not be made by that user where the broker is configured by the contract', async () => {
    await servers.nats.stop();
    const file = join(servers.stateDir, 'nats.conf');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(`publish: { allow: ["${ASKED}"] }`, 'publish: { deny: [">"] }'));
    await servers.restartNats();
    const insider = await clientOf(INSIDER);
    const violation = (async () => {
      for await (const status of insider.status()) if (status.type === 'error') return status.error.message;
      return 'nothing was refused';
    })();
    insider.publish(ASKED, QUESTION, { reply: OWN_INBOX });
    await insider.flush();
    expect(await violation).toContain(`Permissions Violation for Publish to "${ASKED}"`);
  });
});
