import { afterEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import {
  addKey,
  aRequest,
  bearer,
  JOB_ID,
  startGateway,
  type GatewayOptions,
  type TestGateway,
} from '../testing/gateway-fixture.js';
import { TestIssuer } from '../testing/test-issuer.js';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(settings: object, options: GatewayOptions = {}): Promise<void> {
  gateway = await startGateway({ ...options, settings });
  gateway.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
}
const submit = (headers: Record<string, string | string[]> = {}, body: object = aRequest()) =>
  gateway.call('POST', '/api/v1/jobs', { body, headers });
const list = (headers: Record<string, string> = {}) => gateway.call('GET', '/api/v1/approvals', { headers });

describe('a route with a rate limit', () => {
  const limited = { routes: { submitJob: { rate_limit: { rate: '5/minute', burst: 2 } } } };

  it('refuses what is over it, says when to come again, and tells each time what is left', async () => {
    await start(limited);
    const replies = [await submit(), await submit(), await submit()];
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(replies.map(({ headers }) => headers['ratelimit-policy'])).toEqual(
      Array.from({ length: 3 }, () => '"submitJob";q=2;w=24'),
    );
    expect(replies.map(({ headers }) => headers['ratelimit'])).toEqual([
      '"submitJob";r=1;t=12',
      '"submitJob";r=0;t=24',
      '"submitJob";r=0;t=24',
    ]);
    expect([replies[2]!.json.code, replies[2]!.headers['retry-after']]).toEqual(['rate_limited', '12']);
    expect(gateway.tables.intake).toHaveLength(2);
    expect((await list()).headers).not.toHaveProperty('ratelimit');
  });

  it('counts each credential for itself, wherever it comes from', async () => {
    await start(limited, { localCallers: 'allow' });
    const [a, b] = [addKey(gateway.tables, { name: 'a' }), addKey(gateway.tables, { name: 'a' })];
    const statuses = [];
    for (const key of [a, a, a, b, b]) statuses.push((await submit(bearer(key))).status);
    expect(statuses).toEqual([202, 202, 429, 202, 202]);
    expect((await submit()).status).toBe(202);
  });

  it('counts the tries of strangers by where they come from, and never for a caller', async () => {
    await start(limited);
    const key = addKey(gateway.tables);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await submit(bearer(`wrong-${i}`))).status);
    expect(statuses).toEqual([401, 401, 429]);
    expect((await submit(bearer(key))).status).toBe(202);
  });

  it('counts clients behind a trusted proxy, and not what they write into the header', async () => {
    await start({ ...limited, trusted_proxies: ['127.0.0.1'] });
    const from = (hops: string) => submit({ ...bearer('x'), 'x-forwarded-for': hops });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await from(`10.0.0.${i}, 203.0.113.9`)).status);
    expect(statuses).toEqual([401, 401, 429]);
    expect((await from('203.0.113.10')).status).toBe(401);
  });

  it('is not got around by what a client writes into its headers', async () => {
    await start(limited, { localCallers: 'deny' });
    const statuses = [];
    for (let i = 0; i < 4; i++) {
      const headers = {
        ...bearer(`wrong-${i}`),
        'x-forwarded-for': `203.0.113.${i}`,
        forwarded: `for=203.0.113.${i}`,
        'x-real-ip': `203.0.113.${i}`,
        'x-agent-id': `agent-${i}`,
        'idempotency-key': `key-${i}`,
        'user-agent': `agent/${i}`,
      };
      statuses.push((await submit(headers)).status);
    }
    expect(statuses).toEqual([401, 401, 429, 429]);
  });

  it('counts a look at the head like a look at the whole', async () => {
    await start({ routes: { listApprovals: { rate_limit: { rate: '5/minute', burst: 1 } } } });
    expect((await gateway.call('HEAD', '/api/v1/approvals')).status).toBe(200);
    expect((await list()).status).toBe(429);
  });

  it('counts one subject of an issuer as one, whatever it calls itself', async () => {
    const issuer = await TestIssuer.start();
    const names = { roles: { value: ['producer'] }, name: { claim: 'nick' } };
    await start({ ...limited, ...issuer.settings(names) });
    const statuses = [];
    for (const nick of ['a', 'b', 'c'])
      statuses.push((await submit(bearer(await issuer.sign({ nick })))).status);
    expect(statuses).toEqual([202, 202, 429]);
    expect((await submit(bearer(await issuer.sign({ sub: 'bob', nick: 'a' })))).status).toBe(202);
    await issuer.stop();
  });

  it('is not got around by another spelling of its address', async () => {
    await start(limited);
    for (const path of ['/api/v1/jobs', '/API/v1/Jobs/'])
      await gateway.call('POST', path, { body: aRequest() });
    expect((await gateway.call('POST', '/api/V1/jobs', { body: aRequest() })).status).toBe(429);
  });
});

describe('a route for some addresses', () => {
  it('is not open to others, whoever they are', async () => {
    await start({ routes: { submitJob: { allow_addresses: ['192.0.2.0/24'] } } });
    const reply = await submit(bearer(addKey(gateway.tables)));
    expect([reply.status, reply.json.code]).toEqual([403, 'address_not_allowed']);
    expect((await list()).status).toBe(200);
    expect(gateway.tables.emitted).toEqual([]);
  });

  it.each([
    '/API/V1/JOBS',
    '/api/v1/jobs/',
    '/api/v1/jobs?',
    '/api/v1//jobs',
    '//api/v1/jobs',
    '/api/v1/./jobs',
    '/api/v1/x/../jobs',
    '/api/v1/job%73',
    '/api%2Fv1%2Fjobs',
    '/api/v1/jobs;x=1',
    '/api/v1/jobs%00',
    'http://localhost/api/v1/jobs',
    'http://localhost//api/v1/jobs',
  ])('is not got around by the spelling %s', async (target) => {
    await start({ routes: { submitJob: { allow_addresses: ['192.0.2.0/24'] } } });
    const body = JSON.stringify(aRequest());
    const [reply] = await gateway.raw(
      `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect([400, 403, 404]).toContain(reply?.status);
    expect(gateway.tables.emitted).toEqual([]);
  });

  it('is open to a client in them behind a trusted proxy, and to nobody who only says so', async () => {
    const routes = { '*': { allow_addresses: ['192.0.2.0/24'] } };
    await start({ routes, trusted_proxies: ['127.0.0.1'] });
    const key = bearer(addKey(gateway.tables));
    const from = async (hops?: string) =>
      (await submit({ ...key, ...(hops === undefined ? {} : { 'x-forwarded-for': hops }) })).status;
    expect(await from('192.0.2.7')).toBe(202);
    expect(await from('192.0.2.7, 203.0.113.9')).toBe(403);
    expect(await from()).toBe(403);
    expect(await from('unknown')).toBe(400);
    await gateway.close();
    await start({ routes });
    expect((await submit({ 'x-forwarded-for': '192.0.2.7' })).status).toBe(403);
  });

  it('holds for addresses without a route as well, and leaves health to the probes', async () => {
    await start({ routes: { '*': { allow_addresses: ['192.0.2.0/24'] } } });
    const statuses = ['/api/v1/nowhere', '/api/docs.json', '/health/live'].map(
      async (path) => (await gateway.call('GET', path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([403, 403, 200]);
  });
});

describe('a route that requires headers', () => {
  const required = { routes: { submitJob: { require_headers: ['X-Agent-ID', 'X-Task-ID'] } } };
  const good = { 'x-agent-id': 'agent-7', 'x-task-id': 'task-4711' };

  it.each<[string, Record<string, string | string[]>, string]>([
    ['none', {}, 'missing_header'],
    ['one of them', { 'x-agent-id': 'agent-7' }, 'missing_header'],
    ['an agent of another form', { ...good, 'x-agent-id': 'Agent-7' }, 'invalid_header'],
    ['an agent with more behind it', { ...good, 'x-agent-id': 'agent-7 admin' }, 'invalid_header'],
    ['an agent without a name', { ...good, 'x-agent-id': 'agent-' }, 'invalid_header'],
    ['an agent in two headers', { ...good, 'x-agent-id': ['agent-7', 'agent-8'] }, 'invalid_header'],
    ['a task of another form', { ...good, 'x-task-id': '4711' }, 'invalid_header'],
    ['an agent of 200 letters', { ...good, 'x-agent-id': `agent-${'a'.repeat(200)}` }, 'invalid_header'],
  ])('refuses %s', async (_, headers, code) => {
    await start(required);
    const reply = await submit(headers);
    expect([reply.status, reply.json.code]).toEqual([400, code]);
    expect(gateway.tables.emitted).toEqual([]);
  });

  it('takes the agent and the task of the job from them', async () => {
    await start(required);
    expect((await submit(good)).status).toBe(202);
    const [job] = gateway.tables.emitted;
    expect(JSON.parse(job!.text!)).toMatchObject({ agent_id: 'agent-7', task_id: 'task-4711' });
  });

  it('refuses a body that names others', async () => {
    await start(required);
    expect((await submit(good, aRequest({ agent_id: 'agent-7' }))).status).toBe(202);
    const reply = await submit(good, aRequest({ agent_id: 'agent-8' }));
    expect([reply.status, reply.json.code]).toEqual([400, 'invalid_header']);
  });

  it('lets nobody act for an agent that is not theirs', async () => {
    await start(required);
    const reply = await submit({ ...good, ...bearer(addKey(gateway.tables, { name: 'agent-8' })) });
    expect([reply.status, reply.json.code]).toEqual([403, 'agent_not_allowed']);
  });

  it('asks for none on other routes, and looks at none where none is required', async () => {
    await start(required);
    expect((await list()).status).toBe(200);
    await gateway.close();
    await start({});
    expect((await submit({ 'x-agent-id': 'whatever', 'x-task-id': '' })).status).toBe(202);
    expect(JSON.parse(gateway.tables.emitted[0]!.text!)).toMatchObject({ agent_id: 'local-producer' });
  });

  it('takes no header for a vote', async () => {
    await start({ routes: { '*': { require_headers: ['X-Agent-ID'] } } });
    gateway.bus.answer(Subjects.commandApprovalResolve.template, () => ({ ok: true, approval: {} }));
    const path = `/api/v1/approvals/${JOB_ID}/approve`;
    expect((await gateway.call('POST', path)).status).toBe(400);
    await gateway.call('POST', path, { headers: { 'x-agent-id': 'agent-7' } });
    expect(gateway.bus.asked).toMatchObject([{ question: { by: 'local-operator' } }]);
  });
});
