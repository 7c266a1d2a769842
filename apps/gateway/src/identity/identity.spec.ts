import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Header, Subjects } from '@countersign/contracts';
import {
  addKey,
  aRequest,
  bearer,
  JOB_ID,
  startGateway,
  type GatewayOptions,
  type TestGateway,
} from '../testing/gateway-fixture.js';
import { MemoryTables } from '../testing/memory-tables.js';
import { keyIdOf, keyText } from './api-keys/key-text.js';
import { ROLES } from './caller.js';
import { PUBLIC, ROUTES, type Route, type RouteRule } from './routes.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const POLICY = `sha256:${'a'.repeat(64)}`;

/** Every route of the table with a request that would be served. A new route fails to compile here. */
const REQUESTS: Readonly<Record<Route, readonly [string, string, object?]>> = {
  submitJob: ['POST', '/api/v1/jobs', aRequest()],
  listJobs: ['GET', '/api/v1/jobs?state=RUNNING'],
  getJob: ['GET', `/api/v1/jobs/${JOB_ID}`],
  getJobOutput: ['GET', `/api/v1/jobs/${JOB_ID}/output`],
  cancelJob: ['POST', `/api/v1/jobs/${JOB_ID}/cancel`],
  listApprovals: ['GET', '/api/v1/approvals'],
  groupApprovals: ['GET', '/api/v1/approvals/groups'],
  streamApprovals: ['GET', '/api/v1/approvals/stream'],
  resolveApprovals: [
    'POST',
    '/api/v1/approvals/resolve',
    { vote: 'deny', items: [{ job_id: JOB_ID, expected_job_hash: POLICY }] },
  ],
  getApproval: ['GET', `/api/v1/approvals/${JOB_ID}`],
  editApproval: ['POST', `/api/v1/approvals/${JOB_ID}/edit`, { params: {}, expected_job_hash: POLICY }],
  commentApproval: ['POST', `/api/v1/approvals/${JOB_ID}/comments`, { note: 'why?' }],
  withdrawApproval: ['POST', `/api/v1/approvals/${JOB_ID}/withdraw`],
  approveJob: ['POST', `/api/v1/approvals/${JOB_ID}/approve`],
  denyJob: ['POST', `/api/v1/approvals/${JOB_ID}/deny`],
  listReviews: ['GET', '/api/v1/reviews?state=waiting'],
  markReviewSeen: ['POST', `/api/v1/reviews/${JOB_ID}/seen`, { verdict: 'fine' }],
  getTrace: ['GET', `/api/v1/traces/${TRACE_ID}`],
  verifyAudit: ['GET', '/api/v1/audit/verify'],
  getWarrantKeys: ['GET', '/api/v1/warrants/keys'],
  putBlob: ['PUT', `/api/v1/blobs/sha256/${'a'.repeat(64)}`],
  getBlob: ['GET', `/api/v1/blobs/sha256/${'a'.repeat(64)}`],
  getCaller: ['GET', '/api/v1/me'],
  checkPolicy: ['POST', '/api/v1/policy/check', aRequest()],
  explainPolicy: ['POST', '/api/v1/policy/explain', { job_id: JOB_ID }],
  simulatePolicy: ['POST', '/api/v1/policy/simulate', { job: aRequest() }],
  replayPolicy: ['POST', '/api/v1/policy/replay'],
  listPolicies: ['GET', '/api/v1/policies'],
  getActivePolicy: ['GET', '/api/v1/policies/active'],
  getPolicy: ['GET', `/api/v1/policies/${POLICY}`],
  pushPolicy: ['POST', '/api/v1/policies', { files: [{ file: 'a.yaml', text: '' }] }],
  activatePolicy: ['POST', `/api/v1/policies/${POLICY}/activate`],
  rollbackPolicy: ['POST', '/api/v1/policies/rollback'],
  signInOptions: ['GET', '/api/v1/console/sign-in'],
  startSignIn: ['GET', '/api/v1/console/sign-in/example'],
  finishSignIn: ['GET', '/api/v1/console/sign-in/example/callback'],
  signOut: ['POST', '/api/v1/console/sign-out'],
  slackCallback: ['POST', '/api/v1/callbacks/slack'],
  live: ['GET', '/health/live'],
  ready: ['GET', '/health/ready'],
  docs: ['GET', '/api/docs.json'],
};

/** What routes that are for everybody answer besides 200, where there is no issuer to sign in by. */
const WHERE_NOBODY_SIGNS_IN: Partial<Record<Route, number>> = {
  startSignIn: 404,
  finishSignIn: 404,
  signOut: 403,
  slackCallback: 401,
};

/** What a caller gets who may ask, where there is nothing. */
const WHERE_NOTHING_IS: Partial<Record<Route, number>> = { getBlob: 404 };

function answerEverything({ bus }: TestGateway): void {
  const job = { job_id: JOB_ID, job_hash: 'sha256:x', tenant_id: 'default', state: 'RUNNING' };
  bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job }));
  bus.answer(Subjects.queryJobList.template, () => ({ ok: true, items: [] }));
  bus.answer(Subjects.queryJobOutput.template, () => ({ ok: true, output: '{}' }));
  bus.answer(Subjects.commandJobCancel.template, () => ({ ok: true, job }));
  bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
  bus.answer(Subjects.commandApprovalResolve.template, () => ({ ok: true, approval: {} }));
  bus.answer(Subjects.queryApprovalGroups.template, () => ({ ok: true, groups: [] }));
  // A stream ends where nobody can say any more what changes.
  bus.answer(Subjects.queryApprovalChanges.template, ({ after }) =>
    after === undefined ? { ok: true, items: [], next: '1.0' } : { ok: false, code: 'unavailable' },
  );
  bus.answer(Subjects.queryApprovalGet.template, () => ({ ok: true, approval: {} }));
  bus.answer(Subjects.commandApprovalEdit.template, () => ({ ok: true, edit: {} }));
  bus.answer(Subjects.commandApprovalComment.template, () => ({ ok: true, comment: {} }));
  bus.answer(Subjects.commandApprovalWithdraw.template, () => ({ ok: true, approval: {} }));
  bus.answer(Subjects.queryReviewList.template, () => ({ ok: true, items: [] }));
  bus.answer(Subjects.commandReviewSeen.template, () => ({ ok: true, review: {} }));
  bus.answer(Subjects.queryTrace.template, () => ({ ok: true, items: [{ seq: 1 }] }));
  bus.answer(Subjects.queryAuditVerify.template, () => ({ ok: true }));
  bus.answer(Subjects.policyCheck.template, () => ({ ok: true, type: 'ALLOW' }));
  bus.answer(Subjects.queryPolicyReplay.template, () => ({
    ok: true,
    candidate: POLICY,
    decided: 0,
    changed: [],
  }));
  bus.answer(Subjects.queryPolicySnapshots.template, () => ({ ok: true, items: [], next: null }));
  bus.answer(Subjects.queryPolicySnapshot.template, () => ({ ok: true, policy: {} }));
  for (const subject of [
    Subjects.queryPolicyExplain,
    Subjects.queryPolicySimulate,
    Subjects.commandPolicyPush,
    Subjects.commandPolicyActivate,
    Subjects.commandPolicyRollback,
  ])
    bus.answer(subject.template, () => ({ ok: true }));
  bus.answer(Subjects.queryJwks.template, () => ({ ok: true, keys: [] }));
}

const rows = Object.entries(ROUTES) as [Route, RouteRule | typeof PUBLIC][];
const guarded = rows.filter((row): row is [Route, RouteRule] => row[1] !== PUBLIC);
const cells = guarded
  .filter(([, rule]) => !rule.byWarrant)
  .flatMap(([route, rule]) => ROLES.map((role) => [route, role, rule.roles.includes(role)] as const));
const ofRuns = guarded.filter(([, rule]) => rule.byWarrant).map(([route]) => route);

describe('the table of routes', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const tables = new MemoryTables();
    addKey(tables);
    gateway = await startGateway({ tables });
    answerEverything(gateway);
  });
  afterAll(() => gateway.close());
  const call = (route: Route, headers: Record<string, string>) => {
    const [method, path, body] = REQUESTS[route];
    return gateway.call(method, path, { body, headers });
  };

  it.each(cells)('%s with the role %s: %s', async (route, role, isAllowed) => {
    const before = [gateway.bus.asked.length, gateway.tables.emitted.length];
    const reply = await call(route, bearer(addKey(gateway.tables, { roles: [role] })));
    if (isAllowed) expect([200, 202, WHERE_NOTHING_IS[route]]).toContain(reply.status);
    else {
      expect([reply.status, reply.json.code]).toEqual([403, 'role_required']);
      expect(reply.headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
      expect([gateway.bus.asked.length, gateway.tables.emitted.length]).toEqual(before);
    }
  });

  it.each(ofRuns)('%s takes the warrant of a run and no key, of whatever role', async (route) => {
    const reply = await call(route, bearer(addKey(gateway.tables, { roles: [...ROLES] })));
    expect([reply.status, reply.json.code]).toEqual([401, 'invalid_credentials']);
  });

  it.each(guarded.map(([route]) => route))(
    '%s is for nobody without credentials, once there is a key',
    async (route) => {
      const reply = await call(route, {});
      expect([reply.status, reply.json.code]).toEqual([401, 'unauthenticated']);
      expect(reply.headers['www-authenticate']).toBe('Bearer');
    },
  );

  it.each(guarded.map(([route]) => route))(
    '%s tells nobody without credentials anything by another method either',
    async (route) => {
      const [, path] = REQUESTS[route];
      for (const method of ['HEAD', 'OPTIONS', 'PUT', 'TRACE']) {
        const reply = await gateway.call(method, path);
        expect([method, reply.status, reply.headers.allow]).toEqual([method, 401, undefined]);
      }
    },
  );

  it.each(rows.filter(([, rule]) => rule === PUBLIC))('%s is for everybody', async (route) => {
    expect((await call(route, {})).status).toBe(WHERE_NOBODY_SIGNS_IN[route] ?? 200);
  });

  it('has a row for every route that Express knows', () => {
    interface Layer {
      readonly route?: { readonly path: string | RegExp };
    }
    const express = gateway.app.getHttpAdapter().getInstance() as { readonly router: { stack: Layer[] } };
    const served = express.router.stack.flatMap(({ route }) => (route ? [String(route.path)] : []));
    const known = Object.values(REQUESTS).map(([, path]) => path.split('?')[0]!);
    const isKnown = (path: string) =>
      known.some((one) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`).test(one)) ||
      path.includes('/docs');
    expect(served.filter((path) => !isKnown(path))).toEqual([]);
    expect(served.length).toBeGreaterThan(guarded.length);
  });
});

describe('an API key', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway();
    answerEverything(gateway);
  });
  afterEach(() => gateway.close());
  const submit = (key: string, body: object = aRequest()) =>
    gateway.call('POST', '/api/v1/jobs', { body, headers: bearer(key) });

  it('makes a request its caller’s, of its tenant', async () => {
    const key = addKey(gateway.tables, { tenant_id: 'acme', name: 'agent-7' });
    expect((await submit(key, aRequest({ tenant_id: 'acme' }))).status).toBe(202);
    expect(gateway.tables.intake).toMatchObject([
      { tenant_id: 'acme', caller: 'agent-7', agent_id: 'agent-7' },
    ]);
    expect(gateway.tables.emitted.at(-1)!.headers).toEqual({
      [Header.VerifiedCaller]: 'agent-7',
      [Header.VerifiedBy]: 'api_key',
    });
    const other = await submit(key);
    expect([other.status, other.json.code]).toEqual([403, 'tenant_mismatch']);
  });

  it.each([
    ['itself', {}, 'agent-7', 202],
    ['another', {}, 'agent-8', 403],
    ['one that it may act for', { agents: ['agent-8'] }, 'agent-8', 202],
    ['any, when it may act for all', { agents: ['*'] }, 'agent-9', 202],
  ])('names as agent %s', async (_, grant, agent, status) => {
    const reply = await submit(addKey(gateway.tables, grant), aRequest({ agent_id: agent }));
    expect([reply.status, reply.json.code]).toEqual([
      status,
      status === 202 ? undefined : 'agent_not_allowed',
    ]);
  });

  it('gives its reviewer’s name and groups to a vote', async () => {
    const key = addKey(gateway.tables, { name: 'ann', roles: ['reviewer'], groups: ['finance'] });
    await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/approve`, { headers: bearer(key) });
    expect(gateway.bus.asked).toMatchObject([
      { question: { by: 'ann', groups: ['finance'], tenant_id: 'default' } },
    ]);
  });

  it('is noted as used once a day', async () => {
    const key = addKey(gateway.tables);
    await submit(key);
    const [stored] = gateway.tables.apiKeys;
    await vi.waitFor(() => expect(gateway.tables.marked).toEqual([stored!.key_id]));
    gateway.tables.apiKeys[0] = { ...stored!, is_marked: true };
    await submit(key);
    expect(gateway.tables.marked).toHaveLength(1);
  });

  it('is forged with a checksum that fits in these tests, so that it is the secret which tells', () => {
    const key = addKey(gateway.tables);
    expect(keyIdOf(forge(key))).toBe(keyIdOf(key));
  });

  const other = new MemoryTables();
  it.each<[string, (key: string) => string | string[]]>([
    ['of another installation', () => `Bearer ${addKey(other)}`],
    ['whose secret is another one', (key) => `Bearer ${forge(key)}`],
    ['mistyped', (key) => `Bearer ${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`],
    ['as a password', (key) => `Basic ${Buffer.from(`x:${key}`).toString('base64')}`],
    ['without a scheme', (key) => key],
    ['twice', (key) => [`Bearer ${key}`, `Bearer ${key}`]],
    ['beside another', (key) => `Bearer ${key}, Bearer ${key}`],
    ['behind a blank too many', (key) => `Bearer  ${key}`],
  ])('is not accepted %s', async (_, headerOf) => {
    const key = addKey(gateway.tables);
    const headers = { authorization: headerOf(key) };
    const reply = await gateway.call('POST', '/api/v1/jobs', { body: aRequest(), headers });
    expect([reply.status, reply.json.code]).toEqual([401, 'invalid_credentials']);
    expect(reply.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(reply.text).not.toContain(key.slice(20, 40));
    expect(gateway.tables.emitted).toEqual([]);
  });

  it('is refused alike whether it is revoked, expired or unknown', async () => {
    const [gone, unknown] = [addKey(gateway.tables, { is_usable: false }), addKey(other)];
    const details = [await submit(gone), await submit(unknown)].map(({ json }) => [
      json.code,
      json['detail'],
    ]);
    expect(details[0]).toEqual(details[1]);
  });

  it('H01: of an agent that answers its own question leaves the try in the audit log', async () => {
    const key = addKey(gateway.tables, { name: 'agent-7' });
    const reply = await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/approve`, { headers: bearer(key) });
    expect([reply.status, reply.json.code]).toEqual([403, 'role_required']);
    await vi.waitFor(() => expect(gateway.tables.refused).toHaveLength(1));
    expect(gateway.tables.refused).toMatchObject([
      { what: 'approve', reason_code: 'role_required', detail: { by: 'agent-7', target: JOB_ID } },
    ]);
    expect(JSON.stringify(gateway.tables.refused)).not.toContain(key.slice(20, 40));
  });

  it('H02: gains nothing by headers that name another caller, role or tenant', async () => {
    const key = addKey(gateway.tables, { name: 'agent-7' });
    const headers = {
      ...bearer(key),
      'x-role': 'reviewer',
      'x-roles': 'operator',
      'x-tenant-id': 'other',
      'cs-verified-caller': 'root',
      'x-approved': 'true',
    };
    const reply = await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/approve?kind=job`, { headers });
    expect(reply.status).toBe(403);
    await gateway.call('POST', '/api/v1/jobs', { body: aRequest(), headers });
    expect(gateway.tables.intake).toMatchObject([{ tenant_id: 'default', caller: 'agent-7' }]);
  });
});

/** A key with the id of a real one, a secret of its forger's, and a checksum that fits. */
const forge = (key: string) => keyText(key.slice(3, 17), randomBytes(32));

describe('a caller on loopback without credentials', () => {
  const issuers = [
    {
      issuer: 'https://id.example',
      audience: 'countersign',
      jwks_url: 'https://id.example/jwks',
      tenant: { value: 'default' },
      roles: { value: ['producer'] },
    },
  ];
  const revoked = () => {
    const tables = new MemoryTables();
    addKey(tables, { is_usable: false });
    return tables;
  };

  it.each<[string, GatewayOptions, number]>([
    ['is let in while nothing is configured', {}, 200],
    ['is not let in once there is an issuer', { settings: { issuers } }, 401],
    ['is not let in once there was a key, though it is revoked', { tables: revoked() }, 401],
    [
      'is let in where that is said, whatever is configured',
      { localCallers: 'allow', settings: { issuers } },
      200,
    ],
    ['is not let in where that is said', { localCallers: 'deny' }, 401],
    ['is not let in off loopback', { host: '0.0.0.0', settings: { issuers } }, 401],
    ['is not let in behind a trusted proxy', { settings: { trusted_proxies: ['127.0.0.0/8'] } }, 401],
  ])('%s', async (_, options, status) => {
    const gateway = await startGateway(options);
    answerEverything(gateway);
    const reply = await gateway.call('GET', '/api/v1/approvals');
    expect([reply.status, reply.json.code]).toEqual([status, status === 200 ? undefined : 'unauthenticated']);
    await gateway.close();
  });

  it('is no longer let in a second after the first key was made', async () => {
    const gateway = await startGateway();
    answerEverything(gateway);
    expect((await gateway.call('GET', '/api/v1/approvals')).status).toBe(200);
    addKey(gateway.tables);
    await vi.waitFor(async () => expect((await gateway.call('GET', '/api/v1/approvals')).status).toBe(401), {
      timeout: 3_000,
      interval: 50,
    });
    await gateway.close();
  });

  it('is not taken for one because its credentials do not hold', async () => {
    const gateway = await startGateway();
    const reply = await gateway.call('GET', '/api/v1/approvals', { headers: bearer('x.y.z') });
    expect([reply.status, reply.json.code]).toEqual([401, 'invalid_credentials']);
    await gateway.close();
  });

  it('is told that the platform is away, not that it is unknown, when nobody can say whether there are keys', async () => {
    const gateway = await startGateway({ localCallers: 'auto' });
    gateway.tables.failure = Object.assign(new Error('no database'), { code: 'ECONNREFUSED' });
    const later = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_000);
    const reply = await gateway.call('GET', '/api/v1/approvals');
    expect([reply.status, reply.json.code]).toEqual([503, 'unavailable']);
    later.mockRestore();
    await gateway.close();
  });
});
