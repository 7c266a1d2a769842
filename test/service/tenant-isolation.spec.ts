import { newUlid } from '@countersign/kernel';
import { createKey, PUBLIC, ROLES, ROUTES, type Route } from '@countersign/gateway';
import { Service } from '@countersign/contracts';
import { Database, schemaOf } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import { parseKeyRing, WarrantSigner } from '@countersign/warrant';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api, type Accepted, type Answer } from '../flow/support/api.js';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { completeWithBlob, digestOf, runOf, uploadAs } from './support/released-blob.js';

const SUBMITTERS = ['producer', 'operator', 'auditor'];
const PATIENTLY = { timeout: 30_000, interval: 50 };

/** One tenant: its credentials, and what it has. */
interface Tenant {
  readonly name: string;
  readonly key: string;
  readonly reviewer: string;
  readonly completed: Accepted;
  readonly waiting: Accepted;
  /** The digest of a released output that is a blob, without its prefix. */
  readonly blob: string;
}

interface Operation {
  readonly route: Route;
  readonly method: string;
  readonly path: string;
}

let servers: TestServers;
let services: RunningServices | undefined;
let database: pg.Client;
let signer: WarrantSigner;
let keys: Database;
let acme: Tenant;
let other: Tenant;
let operations: readonly Operation[];
const api = new Api();

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const keyFor = async (tenant: string, name: string, roles: readonly string[]) => {
  const wish = { tenant_id: tenant, name, roles, groups: [], agents: [], expiresAfterSec: null };
  return (await createKey(keys, wish, 'cli:test')).text;
};

async function makeTenant(name: string): Promise<Tenant> {
  const key = await keyFor(name, `agent-of-${name}`, SUBMITTERS);
  const reviewer = await keyFor(name, `reviewer-of-${name}`, ['reviewer']);
  const submit = async (job: object) => {
    const answer = await api.call<Accepted>('POST', '/api/v1/jobs', { tenant_id: name, ...job }, bearer(key));
    expect(answer.status).toBe(202);
    return answer.body;
  };
  const reaches = (id: string, state: string) =>
    vi.waitFor(
      async () =>
        expect((await api.call('GET', `/api/v1/jobs/${id}`, undefined, bearer(key))).body['state']).toBe(
          state,
        ),
      PATIENTLY,
    );
  const waiting = await submit({ topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] });
  await reaches(waiting.job_id, 'PENDING_APPROVAL');
  const completed = await submit({ topic: 'job.mcp-bridge.read.list_tickets' });
  await reaches(completed.job_id, 'DISPATCHED');
  // As if a worker had run it: what a route shows of it is what counts here.
  await database.query(
    `UPDATE scheduler.jobs SET state = 'COMPLETED', output_kind = 'clean', output = $2,
            released = 'sha256:' || encode(sha256(convert_to($2, 'UTF8')), 'hex') WHERE job_id = $1`,
    [completed.job_id, `{"secret":"of ${name}"}`],
  );
  await database.query(
    `INSERT INTO approval_service.reviews (tenant_id, job_id, job_hash, attempt, topic, producer, traceparent, released_at)
     VALUES ($1, $2, 'h', 1, 'job.x', 'gateway', 't', now())`,
    [name, waiting.job_id],
  );
  await vi.waitFor(async () => {
    const trail = await api.call('GET', `/api/v1/traces/${completed.trace_id}`, undefined, bearer(key));
    expect(JSON.stringify(trail.body)).toContain('dispatch.');
  }, PATIENTLY);
  const large = await submit({ topic: 'job.mcp-bridge.read.list_tickets' });
  await reaches(large.job_id, 'DISPATCHED');
  const bytes = Buffer.from(`{"much":"of ${name}"}`);
  expect(await completeWithBlob(database, large.job_id, bytes)).toBe(true);
  expect(await uploadAs(signer, api.url, runOf(name, large.job_id), bytes)).toBe(201);
  const blob = digestOf(bytes).slice('sha256:'.length);
  return { name, key, reviewer, completed, waiting, blob };
}

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  servers = await startServers();
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
  keys = await Database.open({ url: servers.postgres.url, schema: schemaOf(Service.Gateway) });
  const environment = await readEnvironment(ROOT, servers.env);
  services = await bootServices(APPS, environment.config, (app) => environment.credentialsOf(app));
  api.url = services.url;
  signer = await WarrantSigner.open(parseKeyRing(await environment.config.secrets.warrantKeys()));
  [acme, other] = [await makeTenant('acme'), await makeTenant('other')];
  const { paths } = (
    await api.call<{ paths: Record<string, Record<string, { operationId: Route }>> }>('GET', '/api/docs.json')
  ).body;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      route: operationId,
      method: method.toUpperCase(),
      path,
    })),
  );
});
afterAll(async () => {
  await services?.stop();
  await keys?.close();
  await database?.end();
  await servers?.stop();
});

/** What a tenant's ids are, by the name of the parameter in the path. A parameter that is not here fails its test. */
const IDS_OF: Readonly<Record<string, (tenant: Tenant, route: Route) => string>> = {
  id: ({ completed, waiting }, route) => (route === 'cancelJob' ? waiting : completed).job_id,
  job_id: ({ waiting }) => waiting.job_id,
  trace_id: ({ completed }) => completed.trace_id,
  digest: ({ blob }) => blob,
};
/** What is the platform's and no tenant's: the policy, which `policy-api.spec.ts` is about. */
const SHARED: readonly Route[] = ['getPolicy', 'activatePolicy'];
/** What only a run may do: no tenant's credential opens it, and its warrant names the tenant. See `blobs.spec.ts`. */
const OF_RUNS: readonly Route[] = ['putBlob'];
/** The same for ids that nobody has. */
const UNKNOWN: Readonly<Record<string, () => string>> = {
  id: () => newUlid(),
  job_id: () => newUlid(),
  digest: () => 'd'.repeat(64),
  trace_id: () =>
    newUlid()
      .toLowerCase()
      .replaceAll(/[^0-9a-f]/g, '0')
      .padEnd(32, '7'),
};

/** What routes ask for that are no use without a body. */
const BODIES: Partial<Record<Route, object>> = {
  editApproval: { params: {}, expected_job_hash: `sha256:${'0'.repeat(64)}` },
  commentApproval: { note: 'why?' },
  markReviewSeen: { verdict: 'fine' },
};

const NAMED = /\{(\w+)\}/g;
const withIds = (path: string, idOf: (name: string) => string) =>
  path.replaceAll(NAMED, (_, name: string) => {
    expect(IDS_OF, `the ids of {${name}}`).toHaveProperty(name);
    return idOf(name);
  });
const credentialOf = ({ key, reviewer }: Tenant, route: Route) => {
  const rule = ROUTES[route];
  const roles: readonly string[] = rule === PUBLIC ? ROLES : rule.roles;
  return bearer(roles.some((role) => SUBMITTERS.includes(role)) ? key : reviewer);
};
/** Everything of an answer but the trace that it stands under. */
const essence = ({ status, body }: Answer) => ({ status, body: { ...body, trace_id: undefined } });

const routes = Object.keys(ROUTES) as Route[];
const guarded = () => operations.filter(({ route }) => ROUTES[route] !== PUBLIC);
const withParameters = () => {
  const found = guarded().filter(
    ({ route, path }) => path.includes('{') && ![...SHARED, ...OF_RUNS].includes(route),
  );
  expect(found.length).toBeGreaterThan(5);
  return found;
};

const LISTS_OF_JOBS: readonly Route[] = ['listJobs', 'listApprovals', 'listReviews'];

describe('a job on offer', () => {
  it('is cancelled with its attempt and its offer, under the role that answers requests', async () => {
    const job = { tenant_id: 'acme', topic: 'job.mcp-bridge.read.list_tickets' };
    const { body: accepted } = await api.call<Accepted>('POST', '/api/v1/jobs', job, bearer(acme.key));
    const path = `/api/v1/jobs/${accepted.job_id}`;
    const state = async () => (await api.call('GET', path, undefined, bearer(acme.key))).body['state'];
    await vi.waitFor(async () => expect(await state()).toBe('DISPATCHED'), PATIENTLY);
    const cancelled = await api.call('POST', `${path}/cancel`, undefined, bearer(acme.key));
    expect([cancelled.status, cancelled.body['state']]).toEqual([200, 'CANCELLED']);
    const rowsOf = async (sql: string) =>
      (await database.query<Record<string, unknown>>(sql, [accepted.job_id])).rows;
    expect(await rowsOf('SELECT state FROM scheduler.attempts WHERE job_id = $1')).toEqual([
      { state: 'ENDED' },
    ]);
    // The offer is answered, so that nothing has to repeat it; the row goes when the audit log has it as well.
    await vi.waitFor(async () => {
      const offers = `SELECT 1 FROM scheduler.outbox WHERE job_id = $1 AND subject LIKE 'dispatch.%'`;
      expect(await rowsOf(offers)).toEqual([]);
    }, PATIENTLY);
  });
});

describe('two tenants', () => {
  it('are told apart on every route of the table', () => {
    expect(operations.map(({ route }) => route).sort()).toEqual(
      routes.filter((route) => route !== 'docs').sort(),
    );
  });

  it('get for what is the other’s the answer for what nobody has', async () => {
    for (const { route, method, path } of withParameters()) {
      const headers = credentialOf(other, route);
      const call = (idOf: (name: string) => string) =>
        api.call(method, withIds(path, idOf), BODIES[route], headers);
      const foreign = await call((name) => IDS_OF[name]!(acme, route));
      const unknown = await call((name) => UNKNOWN[name]!());
      expect([route, essence(foreign)]).toEqual([route, essence(unknown)]);
      expect([route, foreign.status, foreign.body['code']]).toEqual([route, 404, 'not_found']);
      expect(JSON.stringify(foreign.body)).not.toContain('acme');
    }
  });

  it('get what is their own', async () => {
    for (const { route, method, path } of withParameters().filter(
      (operation) => operation.method === 'GET',
    )) {
      const own = withIds(path, (name) => IDS_OF[name]!(acme, route));
      const answer = await api.call(method, own, undefined, credentialOf(acme, route));
      expect([route, answer.status]).toEqual([route, 200]);
    }
  });

  it('find nothing of the other in any list', async () => {
    // What streams does not end; that it tells of its own tenant alone is shown where it is asked.
    const lists = guarded().filter(
      ({ route, method, path }) => method === 'GET' && !path.includes('{') && route !== 'streamApprovals',
    );
    expect(lists.map(({ route }) => route)).toEqual(expect.arrayContaining(['listJobs', 'listApprovals']));
    for (const { route, path } of lists) {
      const [mine, theirs] = await Promise.all(
        [acme, other].map((tenant) => api.call('GET', path, undefined, credentialOf(tenant, route))),
      );
      expect([route, mine?.status, theirs?.status]).toEqual([route, 200, 200]);
      for (const id of [acme.completed, acme.waiting].flatMap((job) => [job.job_id, job.trace_id]))
        expect(JSON.stringify(theirs?.body), route).not.toContain(id);
      if (LISTS_OF_JOBS.includes(route))
        expect(JSON.stringify(mine?.body), route).toContain(acme.waiting.job_id);
    }
  });

  it.each([
    ['as their own', (body: object) => body, 403, 'tenant_mismatch'],
    [
      'with a key that the other has used',
      (body: object) => ({ ...body, tenant_id: 'other' }),
      202,
      undefined,
    ],
  ])('do not meet in a submission: acme’s %s', async (_, bodyOf, status, code) => {
    const body = { tenant_id: 'acme', topic: 'job.mcp-bridge.read.list_tickets' };
    const key = { 'idempotency-key': newUlid() };
    const first = await api.call<Accepted>('POST', '/api/v1/jobs', body, { ...bearer(acme.key), ...key });
    const second = await api.call<Accepted>('POST', '/api/v1/jobs', bodyOf(body), {
      ...bearer(other.key),
      ...key,
    });
    expect([second.status, (second.body as { code?: string }).code]).toEqual([status, code]);
    expect(second.body.job_id).not.toBe(first.body.job_id);
  });

  it('share the policy, see what is about their own jobs, and change nothing of it', async () => {
    const operate = (tenant: Tenant, method: string, path: string, body?: object) =>
      api.call(method, `/api/v1${path}`, body, bearer(tenant.key));
    const { body: active } = await operate(acme, 'GET', '/policies/active');
    const path = `/policies/${String(active['snapshot'])}`;
    for (const tenant of [acme, other]) {
      const shown = await operate(tenant, 'GET', path);
      expect([shown.status, shown.body['snapshot']]).toEqual([200, active['snapshot']]);
      expect(shown.body).not.toHaveProperty('sources');
      for (const [command, body] of [
        ['/policies', { files: [{ file: 'a.yaml', text: '' }] }],
        [`${path}/activate`, {}],
        ['/policies/rollback', {}],
      ] as const) {
        const refused = await operate(tenant, 'POST', command, body);
        expect([refused.status, refused.body['code']]).toEqual([403, 'platform_tenant_required']);
      }
    }
  });

  it('are checked, explained and replayed each for themselves', async () => {
    const ask = (tenant: Tenant, question: string, body: object) =>
      api.call(`POST`, `/api/v1/policy/${question}`, body, bearer(tenant.key));
    const job = { tenant_id: 'acme', topic: 'job.mcp-bridge.read.list_tickets' };
    for (const [question, body] of [
      ['check', job],
      ['explain', { job }],
      ['simulate', { job }],
    ] as const) {
      expect([question, (await ask(acme, question, body)).status]).toEqual([question, 200]);
      const foreign = await ask(other, question, body);
      expect([question, foreign.status, foreign.body['code']]).toEqual([question, 403, 'tenant_mismatch']);
    }
    const explain = (tenant: Tenant) => ask(tenant, 'explain', { job_id: acme.completed.job_id });
    expect([(await explain(acme)).status, (await explain(other)).status]).toEqual([200, 404]);
    // Under a policy that denies everything each of its decisions changes, and is named.
    const rules = `version: v1\nrules:\n  - { id: none, match: { topics: ['job.>'] }, decision: deny }\n`;
    const replayed = async (tenant: Tenant) => {
      const response = await fetch(`${api.url}/api/v1/policy/replay`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(tenant.key) },
        body: JSON.stringify({ files: [{ file: 'a.yaml', text: rules }] }),
      });
      return response.text();
    };
    expect(await replayed(acme)).toContain(acme.completed.job_id);
    expect(await replayed(other)).not.toContain(acme.completed.job_id);
  });

  it('vote and cancel at the same time in one batch, each on their own', async () => {
    const votes = [acme, other, acme, other].map((tenant) =>
      api.call('POST', `/api/v1/approvals/${acme.waiting.job_id}/deny`, {}, bearer(tenant.reviewer)),
    );
    const cancels = [acme, other].map((tenant) =>
      api.call('POST', `/api/v1/jobs/${other.waiting.job_id}/cancel`, {}, bearer(tenant.key)),
    );
    const [first, foreign, again, foreignAgain] = (await Promise.all(votes)).map(({ status }) => status);
    expect([foreign, foreignAgain]).toEqual([404, 404]);
    // The second is the same answer of the same person once more.
    expect([first, again]).toEqual([200, 200]);
    expect((await Promise.all(cancels)).map(({ status }) => status)).toEqual([404, 200]);
    const [job] = (
      await database.query<{ state: string }>('SELECT state FROM scheduler.jobs WHERE job_id = $1', [
        other.waiting.job_id,
      ])
    ).rows;
    expect(job).toEqual({ state: 'CANCELLED' });
  });
});
