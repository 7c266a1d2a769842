import { createHmac, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKey } from '@countersign/gateway';
import { EventType, Service } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Database, schemaOf } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api, type Accepted } from '../flow/support/api.js';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { newSecret } from './support/notification-bench.js';
import { HttpReceiver } from './support/receivers.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };
const WRITE = { tenant_id: 'acme', topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] };
const SIGNING_SECRET = randomBytes(16).toString('hex');
const OTHER_SECRET = randomBytes(16).toString('hex');
const WHSEC = newSecret();

let servers: TestServers;
let services: RunningServices | undefined;
let database: pg.Client;
let keys: Database;
let chat: HttpReceiver;
let agent: Readonly<Record<string, string>>;
let ben: Readonly<Record<string, string>>;
const api = new Api();

async function keyFor(name: string, roles: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const wish = { tenant_id: 'acme', name, roles, groups: [], agents: [], expiresAfterSec: null };
  return { authorization: `Bearer ${(await createKey(keys, wish, 'cli:test')).text}` };
}

/** A file of the state folder; what it holds is nobody else's. */
async function fileOf(name: string, content: string): Promise<string> {
  const path = join(servers.stateDir, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  [servers, chat] = [await startServers(), await HttpReceiver.open()];
  const secret = await fileOf('slack', SIGNING_SECRET);
  const workspace = (team: string, tenant: string, file: string, name: string) => ({
    team_id: team,
    tenant,
    signing_secret_file: file,
    response_host: '127.0.0.1',
    allow_private: ['127.0.0.1'],
    users: [
      { id: 'UANN', name },
      ...(tenant === 'acme'
        ? [
            { id: 'UBEN', name: 'ben' },
            { id: 'UEVE', name: 'eve' },
          ]
        : []),
    ],
  });
  const http = {
    people: [
      { tenant: 'acme', names: ['ann'] },
      { tenant: 'acme', names: ['ben'] },
      // Eve is the owner of the agent that asks.
      { tenant: 'acme', names: ['eve', 'agent-7'] },
      { tenant: 'other', names: ['olga'] },
    ],
    callbacks: {
      slack: [
        workspace('T0ACME', 'acme', secret, 'ann'),
        workspace('T0OTHER', 'other', await fileOf('slack-other', OTHER_SECRET), 'olga'),
      ],
    },
  };
  await fileOf('requester.whsec', WHSEC);
  const notifications = {
    console_url: 'https://countersign.example',
    targets: [
      {
        name: 'reviewers',
        kind: 'slack',
        url: `${chat.url}/reviewers`,
        buttons: true,
        tenants: ['acme'],
        on: ['requested', 'resolved', 'expired'],
        allow_private: ['127.0.0.1'],
      },
    ],
    callbacks: [
      {
        name: 'requester',
        tenant: 'acme',
        caller: 'agent-7',
        url: `${chat.url}/requester`,
        secret_files: ['requester.whsec'],
        allow_private: ['127.0.0.1'],
      },
    ],
  };
  keys = await Database.open({ url: servers.postgres.url, schema: schemaOf(Service.Gateway) });
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
  const environment = await readEnvironment(ROOT, {
    ...servers.env,
    COUNTERSIGN_HTTP_CONFIG: await fileOf('http.yaml', JSON.stringify(http)),
    COUNTERSIGN_NOTIFICATIONS: await fileOf('notifications.json', JSON.stringify(notifications)),
  });
  services = await bootServices(APPS, environment.config, (app) => environment.credentialsOf(app));
  api.url = services.url;
  [agent, ben] = [await keyFor('agent-7', ['producer']), await keyFor('ben', ['reviewer', 'operator'])];
}, 60_000);
afterAll(async () => {
  await services?.stop();
  await Promise.all([keys?.close(), database?.end(), chat?.close()]);
  await servers?.stop();
  vi.unstubAllEnvs();
});
beforeEach(() => void (chat.received.length = 0));

interface Button {
  readonly action_id: string;
  readonly value?: string;
}

/** Submits a job, and gives the buttons that the reviewers get about it. */
async function asked(): Promise<{ readonly job: Accepted; readonly buttons: readonly Button[] }> {
  const { body: job } = await api.call<Accepted>('POST', '/api/v1/jobs', WRITE, agent);
  const message = await vi.waitFor(() => {
    const found = chat.received.find(({ path, body }) => path === '/reviewers' && body.includes(job.job_id));
    if (found === undefined) throw new Error('not told yet');
    return JSON.parse(found.body) as { blocks: { type: string; elements?: Button[] }[] };
  }, PATIENTLY);
  return { job, buttons: message.blocks.find(({ type }) => type === 'actions')?.elements ?? [] };
}

interface Press {
  readonly user?: string;
  readonly team?: string;
  readonly userTeam?: string;
  readonly secret?: string;
  readonly atSec?: number;
  readonly responseUrl?: string;
}

const nowSec = () => Math.floor(Date.now() / 1000);

/** The request with which Slack tells that somebody has pressed a button. */
function pressed(button: Button | undefined, press: Press = {}) {
  const { user = 'UANN', team = 'T0ACME', secret = SIGNING_SECRET, atSec = nowSec() } = press;
  const payload = {
    type: 'block_actions',
    trigger_id: newUlid(),
    team: { id: team, domain: 'acme' },
    user: { id: user, username: 'somebody', team_id: press.userTeam ?? team },
    container: { type: 'message' },
    actions: [{ ...button, type: 'button', block_id: 'b' }],
    response_url: press.responseUrl ?? `${chat.url}/response`,
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const mac = createHmac('sha256', secret).update(`v0:${atSec}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(atSec),
      'x-slack-signature': `v0=${mac}`,
    } as Record<string, string>,
  };
}

async function send({ body, headers }: ReturnType<typeof pressed>) {
  const answer = await fetch(`${api.url}/api/v1/callbacks/slack`, { method: 'POST', body, headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const press = (button: Button | undefined, how: Press = {}) => send(pressed(button, how));
const [APPROVE, DENY] = ['countersign_approve', 'countersign_deny'];
const buttonOf = (buttons: readonly Button[], id: string | undefined) =>
  buttons.find(({ action_id }) => action_id === id);
const approvalOf = async (id: string) =>
  (await api.call('GET', `/api/v1/approvals/${id}`, undefined, ben)).body;
/** Whether the audit log has been told that a callback was refused with a code. */
const isAudited = async (code: string) => {
  const { rowCount } = await database.query(
    `SELECT 1 FROM audit_writer.entries
      WHERE type = $1 AND text LIKE '%"what":"callback"%' AND text LIKE '%"reason_code":"' || $2 || '"%'`,
    [EventType.Refused, code],
  );
  return (rowCount ?? 0) > 0;
};

describe('an answer from a chat (H6)', () => {
  it('counts as the vote of the person, and the requester is told by a signed callback', async () => {
    const { job, buttons } = await asked();
    const reply = await press(buttonOf(buttons, APPROVE));
    expect(reply).toEqual({
      status: 200,
      body: { response_type: 'ephemeral', replace_original: false, text: 'Approved.' },
    });
    const shown = await approvalOf(job.job_id);
    expect(shown).toMatchObject({ state: 'GRANTED', status: 'approved' });
    const vote = await database.query<{ votes: string }>(
      'SELECT votes FROM approval_service.approvals WHERE job_id = $1',
      [job.job_id],
    );
    expect(JSON.parse(vote.rows[0]!.votes)).toMatchObject([{ voter: 'ann', vote: 'approve' }]);
    const callback = await vi.waitFor(() => {
      const found = chat.received.find(({ path }) => path === '/requester');
      if (found === undefined) throw new Error('not told yet');
      return found;
    }, PATIENTLY);
    const told = new Webhook(WHSEC).verify(callback.body, callback.headers as Record<string, string>);
    expect(told).toMatchObject({
      data: { job_id: job.job_id, job_hash: job.job_hash, status: 'approved' },
    });
    // Who pressed is told where Slack listens for it.
    await vi.waitFor(
      () => expect(chat.received.some(({ path }) => path === '/response')).toBe(true),
      PATIENTLY,
    );
    const own = await api.call('GET', `/api/v1/approvals/${job.job_id}`, undefined, agent);
    expect(own.body).toMatchObject({ status: 'approved' });
  });

  it('denies as well', async () => {
    const { job, buttons } = await asked();
    expect((await press(buttonOf(buttons, DENY), { user: 'UBEN' })).body['text']).toBe('Denied.');
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'REJECTED' });
  });

  it('is refused to who asked, by whatever name (H01), and stays without effect', async () => {
    const { job, buttons } = await asked();
    const reply = await press(buttonOf(buttons, APPROVE), { user: 'UEVE' });
    expect([reply.status, reply.body['text']]).toEqual([200, expect.stringContaining('may not approve')]);
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'PENDING' });
    await vi.waitFor(async () => expect(await isAudited('self_approval')).toBe(true), PATIENTLY);
  });

  it('is refused for other content than the question is about', async () => {
    const { job } = await asked();
    const value = JSON.stringify({ job_id: job.job_id, job_hash: `sha256:${'0'.repeat(64)}`, kind: 'job' });
    const reply = await press({ action_id: APPROVE, value });
    expect([reply.status, reply.body['text']]).toEqual([200, expect.stringContaining('Look at it again')]);
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'PENDING' });
  });

  it('is refused where the name of the action has to be typed, which a button can not', async () => {
    const { job, buttons } = await asked();
    await database.query(
      `UPDATE approval_service.approvals SET confirm = 'update_ticket' WHERE job_id = $1`,
      [job.job_id],
    );
    const reply = await press(buttonOf(buttons, APPROVE));
    expect([reply.status, reply.body['text']]).toEqual([200, expect.stringContaining('open the console')]);
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'PENDING' });
  });

  it('is refused to a user of the workspace whom nobody knows as a reviewer', async () => {
    const { job, buttons } = await asked();
    const reply = await press(buttonOf(buttons, APPROVE), { user: 'USTRANGER' });
    expect([reply.status, reply.body['text']]).toEqual([
      200,
      expect.stringContaining('Nobody here knows you'),
    ]);
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'PENDING' });
  });

  it('reaches no other tenant’s questions', async () => {
    const { job, buttons } = await asked();
    const reply = await press(buttonOf(buttons, APPROVE), { team: 'T0OTHER', secret: OTHER_SECRET });
    expect([reply.status, reply.body['text']]).toEqual([200, 'There is no such approval.']);
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'PENDING' });
  });

  it('is no answer where a link was followed', async () => {
    const { job, buttons } = await asked();
    expect(await press(buttonOf(buttons, 'countersign_open'))).toEqual({ status: 200, body: {} });
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'PENDING' });
  });

  it('is told to the configured host alone, whatever address comes with the press (H25)', async () => {
    const { job, buttons } = await asked();
    const evil = await HttpReceiver.open();
    const responseUrl = evil.url.replace('127.0.0.1', 'localhost');
    expect((await press(buttonOf(buttons, DENY), { responseUrl })).body['text']).toBe('Denied.');
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'REJECTED' });
    expect(evil.received).toEqual([]);
    await evil.close();
  });
});

describe('a forged or replayed callback (H24)', () => {
  const flipped = (text: string) => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;

  it.each<[string, (button: Button) => ReturnType<typeof pressed>]>([
    ['with the secret of somebody else', (button) => pressed(button, { secret: 'guessed' })],
    [
      'with a signature that is one digit off',
      (button) => {
        const { body, headers } = pressed(button);
        return { body, headers: { ...headers, 'x-slack-signature': flipped(headers['x-slack-signature']!) } };
      },
    ],
    [
      'without a signature',
      (button) => {
        const { body, headers } = pressed(button);
        return { body, headers: { 'content-type': headers['content-type']! } };
      },
    ],
    [
      'with another body under a good signature',
      (button) => {
        const { body, headers } = pressed({ ...button, action_id: DENY });
        return { body: body.replace(DENY, APPROVE), headers };
      },
    ],
    [
      'with another time under a good signature',
      (button) => {
        const { body, headers } = pressed(button);
        return { body, headers: { ...headers, 'x-slack-request-timestamp': String(nowSec() + 1) } };
      },
    ],
    ['that was signed 301 seconds ago', (button) => pressed(button, { atSec: nowSec() - 301 - 1 })],
    ['that is signed for later', (button) => pressed(button, { atSec: nowSec() + 301 + 30 })],
    ['of another workspace', (button) => pressed(button, { team: 'T0EVIL' })],
    ['of a known workspace under another’s secret', (button) => pressed(button, { team: 'T0OTHER' })],
    ['of a guest from another workspace', (button) => pressed(button, { userTeam: 'T0EVIL' })],
  ])('%s is refused, and the audit log is told', async (_, forge) => {
    const { job, buttons } = await asked();
    const reply = await send(forge(buttonOf(buttons, APPROVE)!));
    expect([reply.status, reply.body['code']]).toEqual([401, 'invalid_credentials']);
    expect(await approvalOf(job.job_id)).toMatchObject({ state: 'PENDING' });
    await vi.waitFor(async () => expect(await isAudited('invalid_credentials')).toBe(true), PATIENTLY);
  });

  it('that came before is refused, also when both come at once', async () => {
    const { buttons } = await asked();
    const request = pressed(buttonOf(buttons, 'countersign_open'));
    const both = await Promise.all([send(request), send(request)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await send(request)).status).toBe(401);
  });

  it('with two signatures is refused, even if one of them holds', async () => {
    const { buttons } = await asked();
    const { body, headers } = pressed(buttonOf(buttons, APPROVE));
    const all = new Headers(headers);
    all.append('x-slack-signature', headers['x-slack-signature']!);
    const answer = await fetch(`${api.url}/api/v1/callbacks/slack`, { method: 'POST', body, headers: all });
    expect(answer.status).toBe(401);
  });
});

describe('signatures of callbacks', () => {
  it('can neither be read nor changed by who answers requests', async () => {
    await database.query('BEGIN');
    await database.query('SET LOCAL ROLE countersign_gateway_api');
    await expect(database.query('SELECT * FROM gateway.callback_signatures')).rejects.toThrow(/denied/);
    await database.query('ROLLBACK');
    await database.query('BEGIN');
    await database.query('SET LOCAL ROLE countersign_gateway');
    await expect(
      database.query(`UPDATE gateway.callback_signatures SET taken_at = '-infinity'`),
    ).rejects.toThrow(/denied/);
    await database.query('ROLLBACK');
  });
});
