import { newUlid } from '@countersign/kernel';
import { Service, Subjects } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundle, PolicyBench, RULES } from './support/policy-bench.js';
import { openRig } from './support/service-rig.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };
const READ = 'job.mcp-bridge.read.list_tickets';
const FILE = 'policy.yaml';

interface PolicyAnswer {
  readonly type: string;
  readonly rule_ids: string[];
  readonly policy_snapshot: string;
  readonly authoritative: boolean;
}
interface Changed {
  readonly changed: { job_id: string; before: { type: string }; after: { type: string; rule_ids: string[] } };
}

let bench: PolicyBench;
let operator: Record<string, string>;
let producer: Record<string, string>;
let foreign: Record<string, string>;

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  bench = await PolicyBench.open();
  await bench.write(bundle('1'));
  operator = await bench.key('default', ['operator']);
  producer = await bench.key('default', ['producer']);
  foreign = await bench.key('acme', ['operator']);
  await bench.boot([Service.PolicyEvaluator, Service.Gateway, Service.AuditWriter]);
});
afterAll(() => bench?.close());

const job = (topic = READ, more: object = {}) => ({ topic, tenant_id: 'default', ...more });
const files = (text: string, file = FILE) => [{ file, text }];
const active = async () =>
  (await bench.api.call<{ snapshot: string }>('GET', '/api/v1/policies/active', undefined, operator)).body
    .snapshot;
async function push(text: string): Promise<string> {
  const answer = await bench.post<{ snapshot: string }>('/policies', { files: files(text) }, operator);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body.snapshot;
}
const activate = (hash: string, body: object = {}) =>
  bench.post(`/policies/${hash}/activate`, body, operator);
async function decided(request: object): Promise<string> {
  const { status, body } = await bench.post<{ job_id: string }>('/jobs', request, producer);
  expect(status, JSON.stringify(body)).toBe(202);
  await vi.waitFor(
    async () =>
      expect(
        await bench.rows('SELECT 1 FROM policy_evaluator.decisions WHERE job_id = $1', [body.job_id]),
      ).toHaveLength(1),
    PATIENTLY,
  );
  return body.job_id;
}
async function replay(body: object, headers = operator): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${bench.api.url}/api/v1/policy/replay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(response.headers.get('content-type')).toContain('application/x-ndjson');
  return (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
const changedIn = (lines: readonly Record<string, unknown>[]) =>
  lines
    .flatMap((line) => ('changed' in line ? [line as unknown as Changed] : []))
    .map(({ changed }) => changed);

describe('a check (P3)', () => {
  it.each([
    [READ, 'ALLOW', ['reads']],
    ['job.mcp-bridge.write.a', 'DENY', []],
  ])('of %s says %s, as the road would', async (topic, type, rules) => {
    const { body } = await bench.post<PolicyAnswer>('/policy/check', job(topic), producer);
    expect(body).toMatchObject({
      type,
      rule_ids: rules,
      authoritative: true,
      policy_snapshot: await active(),
    });
    const id = await decided(job(topic));
    const [row] = await bench.rows<{ message: string }>(
      'SELECT message FROM policy_evaluator.decisions WHERE job_id = $1',
      [id],
    );
    expect(JSON.parse(row!.message)).toMatchObject({ type, rule_ids: rules });
  });

  it('leaves no decision behind', async () => {
    const id = newUlid();
    await bench.post('/policy/check', job(READ, { job_id: id }), producer);
    expect(await bench.rows('SELECT 1 FROM policy_evaluator.decisions WHERE job_id = $1', [id])).toEqual([]);
  });

  it.each([
    ['another tenant', { tenant_id: 'acme' }, 403, 'tenant_mismatch'],
    ['an unknown member', { approved: true }, 400, 'unknown_field'],
  ])('of %s is refused as the job would be', async (_, more, status, code) => {
    const answer = await bench.post('/policy/check', job(READ, more), producer);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });
});

describe('an explanation (P12)', () => {
  it('says of each rule whether it matched or which condition failed', async () => {
    const { body } = await bench.post('/policy/explain', { job: job('job.mcp-bridge.write.a') }, operator);
    expect(body).toMatchObject({
      decision: { type: 'DENY', reason_code: 'no_match' },
      rules: [{ rule_id: 'reads', matched: false, failed: { condition: 'topics' } }],
      next: null,
    });
  });

  it('of a known job is by the policy and at the time of its decision', async () => {
    const id = await decided(job());
    const before = await active();
    await activate(await push(bundle('explained', RULES.replace('allow', 'deny'))));
    const { body } = await bench.post('/policy/explain', { job_id: id }, operator);
    expect(body).toMatchObject({ policy_snapshot: before, decision: { type: 'ALLOW' } });
    const now = await bench.post('/policy/explain', { job_id: id, snapshot: await active() }, operator);
    expect(now.body).toMatchObject({ decision: { type: 'DENY' } });
    await activate(before);
  });

  it.each([[{}], [{ job: job(), job_id: newUlid() }]])('of %j is refused', async (body) => {
    expect((await bench.post('/policy/explain', body, operator)).status).toBe(400);
  });

  it('of the job of another tenant is that of none', async () => {
    const id = await decided(job());
    expect((await bench.post('/policy/explain', { job_id: id }, foreign)).status).toBe(404);
  });
});

describe('a policy that is pushed', () => {
  it.each([
    ['that is no policy', `${bundle('2')}rulez: []\n`, { code: 'unknown_key', file: FILE, line: 6 }],
    ['that can not be read', 'version: [', { code: 'yaml_syntax', file: FILE }],
    ['without a rule', 'version: v1\n', { code: 'empty_policy' }],
    [
      'whose test fails (P10)',
      `${bundle('2')}tests:\n  - name: writes\n    job: { topic: job.mcp-bridge.write.a, tenant_id: t, agent_id: a }\n    expect: { decision: allow }\n`,
      { code: 'test_failed', file: FILE, line: 7 },
    ],
  ])('%s is refused with its place, and not kept', async (_, text, problem) => {
    const before = await bench.rows('SELECT hash FROM policy_evaluator.snapshots');
    const answer = await bench.post<{ code: string; problems: object[] }>(
      '/policies',
      { files: files(text) },
      operator,
    );
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_policy']);
    expect(answer.body.problems[0]).toMatchObject(problem);
    expect(await bench.rows('SELECT hash FROM policy_evaluator.snapshots')).toEqual(before);
  });

  it.each(['../a.yaml', '/etc/passwd', '.hidden.yaml', 'a//b.yaml'])(
    'with a file %s is refused',
    async (file) => {
      const answer = await bench.post('/policies', { files: files(bundle('2'), file) }, operator);
      expect([answer.status, answer.body['pointer']]).toEqual([
        400,
        '/sources/0/file'.replace('sources', 'files'),
      ]);
    },
  );

  it('decides nothing until it is activated, and is shown with its rules and files', async () => {
    const before = await active();
    const hash = await push(bundle('kept'));
    expect(await active()).toBe(before);
    const path = `/api/v1/policies/${hash}`;
    const { body } = await bench.api.call('GET', path, undefined, operator);
    expect(body).toMatchObject({
      snapshot: hash,
      policy_version: 'kept',
      active: false,
      rules_shown: [{ id: 'reads' }],
      sources: files(bundle('kept')),
      pushed_by: 'operator-of-default',
    });
    const list = await bench.api.call<{ items: object[] }>('GET', '/api/v1/policies', undefined, operator);
    expect(list.body.items).toContainEqual(expect.objectContaining({ snapshot: hash, active: false }));
  });

  it('stands in the audit log with whoever activated it, and with what was refused', async () => {
    const hash = await push(bundle('audited'));
    const before = await active();
    await activate(hash, { note: 'change 4711' });
    await activate(before);
    await vi.waitFor(async () => {
      const entries = await bench.rows<{ summary: object }>(
        `SELECT text::json -> 'summary' AS summary FROM audit_writer.entries WHERE type = 'policy.changed.v1'`,
      );
      const summaries = entries.map(({ summary }) => summary);
      expect(summaries).toContainEqual(expect.objectContaining({ change: 'pushed', snapshot: hash }));
      expect(summaries).toContainEqual(
        expect.objectContaining({
          change: 'activated',
          snapshot: hash,
          previous: before,
          by: 'operator-of-default',
          how: 'api',
        }),
      );
      expect(summaries).toContainEqual(expect.objectContaining({ change: 'refused', tenant_id: 'default' }));
    }, PATIENTLY);
  });
});

describe('an activation', () => {
  it('decides at once, and is taken back by a rollback', async () => {
    const before = await active();
    const hash = await push(bundle('strict', RULES.replace('allow', 'deny')));
    expect((await activate(hash)).body).toMatchObject({ snapshot: hash, previous: before, changed: true });
    const denied = await bench.post<PolicyAnswer>('/policy/check', job(), producer);
    expect(denied.body).toMatchObject({ type: 'DENY', policy_snapshot: hash });
    const back = await bench.post('/policies/rollback', { expected_active: hash }, operator);
    expect(back.body).toMatchObject({ snapshot: before, previous: hash });
    const allowed = await bench.post<PolicyAnswer>('/policy/check', job(), producer);
    expect(allowed.body).toMatchObject({ type: 'ALLOW', policy_snapshot: before });
  });

  it('of two that expect the same policy, one is told that it has changed', async () => {
    const before = await active();
    const hashes = await Promise.all([push(bundle('left')), push(bundle('right'))]);
    const answers = await Promise.all(hashes.map((hash) => activate(hash, { expected_active: before })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({ code: 'active_changed', active: await active() });
    await activate(before);
  });

  it('of what is active changes nothing, and of what nobody knows is refused', async () => {
    expect((await activate(await active())).body).toMatchObject({ changed: false });
    const unknown = await activate(`sha256:${'0'.repeat(64)}`);
    expect([unknown.status, unknown.body['code']]).toEqual([404, 'not_found']);
    expect((await activate('latest')).status).toBe(400);
  });
});

describe('a simulation (P13)', () => {
  it('puts what a candidate decides beside what the active policy does', async () => {
    const candidate = files(bundle('candidate', RULES.replace('allow', 'deny')));
    const { body } = await bench.post('/policy/simulate', { job: job(), files: candidate }, operator);
    expect(body).toMatchObject({ decision: { type: 'DENY' }, active: { type: 'ALLOW' } });
    expect(body['differences']).toContain('type');
    const same = await bench.post('/policy/simulate', { job: job(), snapshot: await active() }, operator);
    expect(same.body['differences']).toEqual([]);
  });

  it('of a candidate that does not load says why', async () => {
    const answer = await bench.post('/policy/simulate', { job: job(), files: files('rules: 1') }, operator);
    expect([answer.status, answer.body['code']]).toEqual([422, 'invalid_policy']);
  });
});

describe('a replay (P13)', () => {
  const HOURS = `${RULES}  - { id: young, match: { topics: ['job.mcp-bridge.write.*'] }, when: 'now < timestamp("2100-01-01T00:00:00Z")', decision: allow_with_constraints, constraints: { max_runtime_sec: 5, env: { B: '2', A: '1' } } }
  - { id: rated, match: { topics: ['job.rated.*'] }, decision: throttle, throttle: { rate: 10/day, key: tenant } }
  - { id: asked, match: { topics: ['job.asked.*'] }, when: job.params.amount > 5, decision: require_approval, approval: { confirm: true, groups: [b, a] } }\n`;

  it('under the policy that decided changes none (P2)', async () => {
    await activate(await push(bundle('exact', HOURS)));
    const recorded = [
      job(),
      job('job.mcp-bridge.write.a', { labels: { z: '1', a: '2' }, risk_tags: ['b', 'a', 'b'] }),
      job('job.rated.x', {
        compensation: { topic: 'job.undo.x' },
        resource: 'https://GitHub.com/acme/Web.git',
      }),
      job('job.asked.x', { params: { amount: 9 } }),
      job('job.asked.x', { params: { amount: '9' } }),
      job('job.asked.x'),
      job('job.nothing.x', { rationale: { confidence: 0.5 }, estimate: { usd: 1.5 } }),
    ];
    const since = new Date(Date.now() - 1_000).toISOString();
    for (const request of recorded) await decided(request);
    const lines = await replay({ from: since, snapshot: await active() });
    expect(changedIn(lines).filter(({ job_id }) => job_id === '')).toEqual([]);
    const [own] = await bench.rows<{ count: number }>(
      'SELECT count(*)::int AS count FROM policy_evaluator.decisions WHERE policy_snapshot = $1',
      [await active()],
    );
    expect(own?.count).toBe(recorded.length);
    const { rows: ids } = await bench.admin.query<{ job_id: string }>(
      'SELECT job_id FROM policy_evaluator.decisions WHERE policy_snapshot = $1',
      [await active()],
    );
    const changed = changedIn(lines).map(({ job_id }) => job_id);
    expect(changed.filter((id) => ids.some(({ job_id }) => job_id === id))).toEqual([]);
  });

  it('under a candidate names every decision that would be another, and counts them by rule', async () => {
    const lines = await replay({ files: files(bundle('none', RULES.replace('allow', 'deny'))) });
    const [expected] = await bench.rows<{ ids: string[] }>(
      `SELECT array_agg(job_id ORDER BY job_id) AS ids FROM policy_evaluator.decisions
        WHERE tenant_id = 'default' AND type = 'ALLOW'`,
    );
    const wereAllowed = changedIn(lines).filter(({ before }) => before.type === 'ALLOW');
    expect(wereAllowed.map(({ job_id }) => job_id).sort()).toEqual(expected?.ids);
    expect(new Set(wereAllowed.map(({ after }) => after.type))).toEqual(new Set(['DENY']));
    const summary = lines.at(-1)?.['summary'] as {
      changed: number;
      by_rule: { rule_id: string; after: number }[];
    };
    expect(summary.changed).toBe(changedIn(lines).length);
    expect(summary.by_rule.find(({ rule_id }) => rule_id === 'reads')?.after).toBeGreaterThanOrEqual(
      wereAllowed.length,
    );
  });

  it('sees the decisions of its own tenant alone', async () => {
    const lines = await replay({ files: files(bundle('none', RULES.replace('allow', 'deny'))) }, foreign);
    expect(lines.at(-1)).toMatchObject({ summary: { decided: 0, changed: 0 } });
  });

  it('goes on over pages until nothing is left', async () => {
    const before = await bench.rows(`SELECT 1 FROM policy_evaluator.decisions WHERE tenant_id = 'default'`);
    await bench.admin.query(
      `INSERT INTO policy_evaluator.decisions (job_id, tenant_id, job_hash, type, policy_snapshot, message)
       SELECT lpad(n::text, 26, '0'), tenant_id, job_hash, type, policy_snapshot, message
         FROM generate_series(1, 300) n, (SELECT * FROM policy_evaluator.decisions WHERE tenant_id = 'default' LIMIT 1) d`,
    );
    expect((await replay({})).at(-1)).toMatchObject({ summary: { decided: before.length + 300 } });
  });
});

describe('the policy that all tenants share', () => {
  it('is changed by the platform’s own operators alone', async () => {
    const before = await active();
    for (const [path, body] of [
      ['/policies', { files: files(bundle('mine')) }],
      [`/policies/${before}/activate`, {}],
      ['/policies/rollback', {}],
    ] as const) {
      const answer = await bench.post(path, body, foreign);
      expect([path, answer.status, answer.body['code']]).toEqual([path, 403, 'platform_tenant_required']);
    }
    expect(await active()).toBe(before);
  });

  it('tells nobody of rules for others', async () => {
    const secret = `${RULES}  - { id: for-default, match: { tenants: [default], topics: ['job.>'] }, decision: deny }
  - { id: but, match: { topics: ['job.but.*'], except: { tenants: [default] } }, decision: deny }\n`;
    const hash = await push(bundle('scoped', secret));
    const shown = await bench.api.call('GET', `/api/v1/policies/${hash}`, undefined, foreign);
    expect(shown.body['rules_shown']).toHaveLength(2);
    const explained = await bench.post(
      '/policy/explain',
      { job: { ...job('job.but.x'), tenant_id: 'acme' }, snapshot: hash },
      foreign,
    );
    for (const text of [JSON.stringify(shown.body['rules_shown']), JSON.stringify(explained.body)])
      expect(text).not.toContain('default]');
    expect(JSON.stringify(shown.body)).not.toContain('for-default');
    expect(JSON.stringify(explained.body)).not.toContain('for-default');
    expect(shown.body).not.toHaveProperty('sources');
  });
});

describe('a job that is looked at again', () => {
  it('is decided by the policy of now, within its tenant', async () => {
    const rig = await openRig(bench.servers, Service.ApprovalService);
    const before = await active();
    const id = await decided(job());
    const ask = (tenant: string) =>
      rig.connections.main.request(
        Subjects.commandPolicyReevaluate.address({}),
        { tenant_id: tenant, job_id: id },
        2_000,
      );
    expect(await ask('default')).toMatchObject({
      ok: true,
      type: 'ALLOW',
      changed: false,
      policy_snapshot: before,
    });
    const hash = await push(bundle('now', RULES.replace('allow', 'deny')));
    await activate(hash);
    expect(await ask('default')).toMatchObject({
      ok: true,
      type: 'DENY',
      changed: true,
      policy_snapshot: hash,
    });
    expect(await ask('acme')).toEqual({ ok: false, code: 'not_found' });
    await activate(before);
    await rig.close();
  });
});
