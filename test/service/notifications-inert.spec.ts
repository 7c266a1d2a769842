import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { MARKUP_VECTORS } from './support/markup-vectors.js';
import { CONSOLE, newSecret, NotificationBench } from './support/notification-bench.js';
import { readMail } from './support/read-mail.js';
import { HttpReceiver, MailReceiver } from './support/receivers.js';

/** The texts of a question that somebody else than the platform may have written. */
const FIELDS = ['topic', 'agent_id', 'reason', 'reason_code', 'rule_ids', 'tenant_id'] as const;
/** What is not seen, or turns the order round, or ends a line. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/u;
const TAGS = new Set([
  '<!doctype html>',
  ...['html', 'body', 'p', 'table', 'tr', 'td', 'a'].flatMap((tag) => [`<${tag}>`, `</${tag}>`]),
  '<th align="left">',
  '</th>',
]);

let servers: TestServers;
let bench: NotificationBench;
let hooks: HttpReceiver;
let mails: MailReceiver;

beforeAll(async () => {
  servers = await startServers();
  bench = await NotificationBench.open(servers);
  hooks = await HttpReceiver.open();
  mails = await MailReceiver.open({ disabledCommands: ['STARTTLS'] });
  bench.files.set('ops.whsec', newSecret());
});
afterAll(async () => {
  await Promise.all([hooks?.close(), mails?.close(), bench?.rig.close()]);
  await servers?.stop();
});

const common = (name: string) => ({ name, tenants: ['*'], on: ['requested'], allow_private: ['127.0.0.1'] });
beforeEach(async () => {
  await bench.configure({
    targets: [
      { ...common('hook'), kind: 'webhook', url: `${hooks.url}/hook`, secret_files: ['ops.whsec'] },
      { ...common('chat'), kind: 'slack', url: `${hooks.url}/chat`, buttons: true },
      {
        ...common('mail'),
        kind: 'email',
        from: 'countersign@example.com',
        to: ['ops@example.com'],
        smtp: { host: '127.0.0.1', port: mails.port },
      },
    ],
  });
  hooks.received.length = 0;
  mails.mails.length = 0;
});

/** Asks a question of whose fields some hold a text, and gives what the three channels made of it. */
async function tell(fields: readonly (typeof FIELDS)[number][], text: string) {
  const jobId = await bench.approvals.opened('job');
  // PostgreSQL has no NUL in a text; in a list it stands as an escape.
  const valueOf = (field: string) =>
    field === 'rule_ids' ? JSON.stringify([text]) : text.replaceAll('\u0000', '');
  const sets = fields.map((field, i) => `${field} = $${i + 2}`).join(', ');
  await bench.rig.rows(`UPDATE approvals SET ${sets} WHERE job_id = $1`, [jobId, ...fields.map(valueOf)]);
  await bench.send();
  const [hook, chat] = ['/hook', '/chat'].map(
    (path) => hooks.received.find((one) => one.path === path)?.body,
  );
  const mail = mails.mails[0]?.raw;
  if (hook === undefined || chat === undefined || mail === undefined)
    throw new Error('a channel was not told');
  return { jobId, hook, chat, mail };
}

/** Every text of a value with the object that holds it. */
function* textsOf(node: unknown, holder: object = {}): Generator<readonly [string, object]> {
  if (typeof node === 'string') yield [node, holder];
  else if (typeof node === 'object' && node !== null)
    for (const member of Object.values(node)) yield* textsOf(member, node);
}

/** The texts that a harmless question has at these places, to compare with. */
const OURS = new Set(['Approve', 'Deny', 'Open the console', 'A job waits for a reviewer']);

it('there are a hundred vectors, each of its own', () => {
  expect(new Set(MARKUP_VECTORS).size).toBeGreaterThanOrEqual(100);
});

describe('markup in every text of a question (H21)', () => {
  it('is inert in a webhook, a chat and a mail', async () => {
    for (const vector of MARKUP_VECTORS) {
      hooks.received.length = 0;
      mails.mails.length = 0;
      const { jobId, hook, chat, mail } = await tell(FIELDS, vector);
      expectInertHook(hook, vector);
      expectInertChat(chat, jobId, vector);
      expectInertMail(mail, jobId, vector);
      expect(await bench.waiting(), vector).toEqual([]);
    }
  });
});

function expectInertHook(body: string, vector: string): void {
  expect(body, vector).not.toMatch(/[<>&]/);
  const { data } = JSON.parse(body) as { data: Record<string, unknown> };
  expect(data['status'], vector).toBe('pending');
  for (const [text] of textsOf(data)) expect(text, vector).not.toMatch(HIDDEN);
}

function expectInertChat(body: string, jobId: string, vector: string): void {
  const message = JSON.parse(body) as Record<string, unknown>;
  const { blocks, ...rest } = message;
  expect(rest, vector).toEqual({
    text: 'Countersign: A job waits for a reviewer.',
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  });
  expect(body, vector).not.toMatch(/"type":"mrkdwn"/);
  const urls: string[] = [];
  for (const [text, holder] of textsOf(blocks)) {
    if ('url' in holder && holder.url === text) urls.push(text);
    else if ('value' in holder && holder.value === text)
      expect(Object.keys(JSON.parse(text) as object), vector).toEqual(['job_id', 'job_hash', 'kind']);
    else if ('type' in holder && holder.type === 'plain_text' && text !== 'plain_text') {
      expect(text, vector).not.toMatch(/[<>]|:\/\//);
      expect(text, vector).not.toMatch(HIDDEN);
      expect(OURS.has(text) || /^[A-Z][a-z ()]+: /.test(text), `${vector}: ${text}`).toBe(true);
    } else expect(text, vector).toMatch(/^[a-z_]+$/);
  }
  expect(urls, vector).toEqual([`${CONSOLE}/jobs/${jobId}`]);
}

function expectInertMail(raw: string, jobId: string, vector: string): void {
  const { headers, parts } = readMail(raw);
  expect([...headers.keys()].sort(), vector).toEqual([
    'auto-submitted',
    'content-type',
    'date',
    'from',
    'message-id',
    'mime-version',
    'subject',
    'to',
  ]);
  expect(headers.get('subject'), vector).toBe('Countersign: A job waits for a reviewer (risk: usual)');
  expect(headers.get('to'), vector).toBe('ops@example.com');
  expect([...parts.keys()], vector).toEqual(['text/plain', 'text/html']);
  const link = `${CONSOLE}/jobs/${jobId}`;
  const lines = (parts.get('text/plain') ?? '').replaceAll('\r\n', '\n').trim().split('\n');
  expect(lines.length, vector).toBe(13);
  expect(
    lines.filter((line) => line.includes('://')),
    vector,
  ).toEqual([`Open it in the console: ${link}`]);
  for (const line of lines) expect(line, vector).not.toMatch(HIDDEN);
  const html = (parts.get('text/html') ?? '').replaceAll('\r\n', '\n');
  const tags = html.match(/<[^>]*>/g) ?? [];
  const strange = tags.filter((tag) => !TAGS.has(tag));
  expect(strange, vector).toEqual([`<a href="${link}">`]);
  expect(html.replaceAll(/<[^>]*>/g, ''), vector).not.toMatch(/[<>"'`]|&(?!(amp|lt|gt|quot|#39|#96);)/);
}

describe('what leaves the platform', () => {
  const key = ['AKIA', 'Q3EGRIJ7XWLPSO2T'].join('');

  it.each(FIELDS)('has no secret that stands in %s', async (field) => {
    const { hook, chat, mail } = await tell([field], `deploy with ${key} now`);
    for (const text of [
      hook,
      chat,
      readMail(mail).parts.get('text/plain'),
      readMail(mail).parts.get('text/html'),
    ])
      expect(text).not.toContain(key);
    expect(hook).toContain('REDACTED');
  });

  it('is cut, so that no text drowns the others', async () => {
    const { hook, chat, mail } = await tell(['reason'], 'x'.repeat(100_000));
    for (const text of [hook, chat, mail]) expect(text.length).toBeLessThan(6_000);
  });
});
