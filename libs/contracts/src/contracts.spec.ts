import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as contracts from './index.js';
import {
  brokerConfig,
  brokerUsers,
  commonFilter,
  eventId,
  isTerminal,
  JOB_TRANSITIONS,
  JobRequest,
  JobState,
  parseBody,
  poolFor,
  sealJob,
  STREAM_LIST,
  subjectMatches,
  Subjects,
  tailOf,
  validate,
  type Topology,
} from './index.js';

const topology: Topology = {
  producers: [{ name: 'p1', tenant: 'default', agents: ['*'] }],
  pools: [
    { name: 'mcp', topics: ['job.mcp-bridge.>'] },
    { name: 'agent', topics: ['job.agent.>', 'job.mcp-bridge.exec.*'] },
  ],
};
const body = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe('subjects', () => {
  it('give back from an address what it was made of', () => {
    const token = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
    fc.assert(
      fc.property(token, fc.array(token, { minLength: 1, maxLength: 5 }), (pool, tail) => {
        const address = Subjects.dispatch.address({ pool, tail: tail.join('.') });
        expect(Subjects.dispatch.parse(address)).toEqual({ pool, tail: tail.join('.') });
        expect(subjectMatches(Subjects.dispatch.filter({ pool }), address)).toBe(true);
      }),
    );
  });

  it.each([
    'job',
    'job.',
    'job.A',
    'job.a..b',
    'job.a.*',
    'job.>',
    'Job.a',
    'job.a b',
    'job.\u200bread',
    'jobs.a',
  ])('refuse the topic %j (P08)', (topic) => expect(tailOf(topic)).toBeUndefined());

  it('belong to exactly one stream each', () => {
    for (const subject of [
      'from.p.job.x',
      'decision.allow.x',
      'event.job.t.p.denied',
      'control.stop.mcp',
      'output.t.p.x.y',
    ])
      expect(STREAM_LIST.filter((s) => s.subjects.some((f) => subjectMatches(f, subject)))).toHaveLength(1);
  });
});

describe('a job request', () => {
  const valid = {
    topic: 'job.mcp-bridge.write.update_ticket',
    tenant_id: 'default',
    risk_tags: ['prod'],
    labels: { 'mcp.action': 'write' },
  };

  it('is accepted as people already call it', () => expect(parseBody(JobRequest, body(valid)).ok).toBe(true));

  it.each([
    [{ ...valid, approved: true }, 'unknown_field', '/approved'],
    [{ ...valid, topic: 'job.Write' }, 'invalid_field', '/topic'],
    [{ ...valid, topic: 7 }, 'invalid_field', '/topic'],
    [{ topic: valid.topic }, 'missing_field', '/tenant_id'],
    [{ ...valid, risk_tags: ['prod', 5] }, 'invalid_field', '/risk_tags/1'],
    [{ ...valid, labels: { a: null } }, 'invalid_field', '/labels/a'],
    [{ ...valid, deadline: '2026-02-30T00:00:00Z' }, 'invalid_field', '/deadline'],
    [{ ...valid, deadline: '2027-06-30T23:59:60Z' }, 'invalid_field', '/deadline'],
    [{ ...valid, deadline: '2027-06-30T24:00:00Z' }, 'invalid_field', '/deadline'],
    [{ ...valid, deadline: '0000-01-01T00:00:00Z' }, 'invalid_field', '/deadline'],
    [{ ...valid, deadline: '2027-06-30T00:00:00+99:99' }, 'invalid_field', '/deadline'],
    [{ ...valid, deadline: '9999-12-31T23:59:59-23:59' }, 'invalid_field', '/deadline'],
    [{ ...valid, rationale: { confidence: 1.5 } }, 'invalid_field', '/rationale/confidence'],
    ['{"topic":"job.a","topic":"job.b"}', 'duplicate_key', '/topic'],
    ['[]', 'invalid_field', ''],
    ['{', 'malformed_json', ''],
  ])('names what is wrong with %j', (value, code, pointer) => {
    const parsed = parseBody(JobRequest, body(value));
    expect(parsed).toMatchObject({ ok: false, problem: { code, pointer } });
  });

  it('may have a deadline with an offset', () =>
    expect(
      parseBody(JobRequest, body({ ...valid, deadline: '2028-02-29T12:00:00.123456789+02:00' })).ok,
    ).toBe(true));

  it('is refused past 512 KiB and past 64 levels', () => {
    expect(parseBody(JobRequest, new Uint8Array(512 * 1024 + 1))).toMatchObject({
      problem: { code: 'too_large' },
    });
    const deep = `{"topic":"job.a","tenant_id":"t","params":${'['.repeat(64)}${']'.repeat(64)}}`;
    expect(parseBody(JobRequest, body(deep))).toMatchObject({ problem: { code: 'too_deep' } });
  });

  it('is sealed into the known bytes whatever the order and doubles of its tags', () => {
    const ids = { jobId: '01JD4XQ8Z6T0V9K3M2N5P7R8S1', agentId: 'local-producer' };
    const request = { ...valid, risk_tags: ['prod', 'prod'] };
    expect(sealJob(request, ids).hash).toBe(
      'sha256:6be601600548fcb04034038497172cf09c0e781774e0f5087836e98bc424c4b4',
    );
    expect(eventId(ids.jobId, 'decision', 0, sealJob(request, ids).hash)).toBe(
      `${ids.jobId}:decision:0:6be601600548fcb0`,
    );
  });
});

describe('a job that names what undoes it', () => {
  const ids = { jobId: '01JD4XQ8Z6T0V9K3M2N5P7R8S1', agentId: 'local-producer' };
  const request = (compensation: object) => ({ topic: 'job.a', tenant_id: 't', compensation });

  it.each([
    [{ topic: 'job.undo' }],
    [{ topic: 'job.undo', params: { id: 1 }, action: 'undo', resource: 'a/b', risk_tags: ['prod'] }],
  ])('is accepted with %j', (compensation) =>
    expect(parseBody(JobRequest, body(request(compensation))).ok).toBe(true),
  );

  it.each([
    [{}, 'missing_field', '/compensation/topic'],
    [{ topic: 'undo' }, 'invalid_field', '/compensation/topic'],
    [{ topic: 'job.undo', tenant_id: 'other' }, 'unknown_field', '/compensation/tenant_id'],
    [{ topic: 'job.undo', risk_tags: ['A'] }, 'invalid_field', '/compensation/risk_tags/0'],
  ])('is refused with %j', (compensation, code, pointer) =>
    expect(parseBody(JobRequest, body(request(compensation)))).toMatchObject({ problem: { code, pointer } }),
  );

  it('has one hash, whatever it leaves to the defaults and in whatever order its tags come', () => {
    const seal = (compensation: object) => sealJob(request(compensation) as JobRequest, ids).hash;
    expect(seal({ topic: 'job.undo', params: {}, risk_tags: [] })).toBe(seal({ topic: 'job.undo' }));
    expect(seal({ topic: 'job.undo', risk_tags: ['b', 'a', 'b'] })).toBe(
      seal({ risk_tags: ['a', 'b'], topic: 'job.undo' }),
    );
    expect(seal({ topic: 'job.undo', params: { a: 1 } })).not.toBe(seal({ topic: 'job.undo' }));
  });
});

describe('the state table', () => {
  it('has a way out of every state that is not terminal, and none back into a terminal one', () => {
    for (const state of Object.values(JobState)) {
      const targets = Object.values(JOB_TRANSITIONS[state]).flat();
      if (isTerminal(state)) expect(targets).toEqual([]);
      else expect(targets.some((t) => t !== state)).toBe(true);
    }
  });
});

describe('the topology', () => {
  it('routes a topic to the pool with the longest match, or to none', () => {
    expect(poolFor(topology, 'job.mcp-bridge.read.x', subjectMatches)).toBe('mcp');
    expect(poolFor(topology, 'job.mcp-bridge.exec.x', subjectMatches)).toBe('agent');
    expect(poolFor(topology, 'job.other.x', subjectMatches)).toBeUndefined();
  });
});

describe('the broker configuration', () => {
  it('gives no identity the whole JetStream API, a shared inbox, or a reply path onto a stream', () => {
    for (const user of brokerUsers(topology)) {
      if (user.name !== 'provisioner')
        expect(user.publish.filter((s) => s.startsWith('$JS.API.>') || s === '>')).toEqual([]);
      expect(user.subscribe).not.toContain('_INBOX.>');
      if (user.responds) expect(user.publish).toEqual([]);
    }
  });

  it('lets only the scheduler publish what workers and producers act on (X01)', () => {
    for (const subject of ['dispatch.mcp.x', 'output.t.p.x', 'control.stop.mcp'])
      expect(
        brokerUsers(topology)
          .filter((u) => u.publish.some((f) => subjectMatches(f, subject)))
          .map((u) => u.name),
      ).toEqual(['scheduler']);
  });

  it('writes every user once', () => {
    const text = brokerConfig(topology, {
      host: '127.0.0.1',
      port: 4222,
      storeDir: '/data',
      publicKeyOf: (u) => `U_${u}`,
    });
    for (const user of brokerUsers(topology)) expect(text.split(`nkey: U_${user.name},`)).toHaveLength(2);
    expect(text).toContain('{ service: { account: CORE, subject: "from.p1.job.>" }, to: "job.>" }');
  });

  it('exports what every pool asks once, to all of them: a second export would take the first one’s place', () => {
    const text = brokerConfig(topology, {
      host: '127.0.0.1',
      port: 4222,
      storeDir: '/data',
      publicKeyOf: (u) => `U_${u}`,
    });
    expect(text.match(/\{ service: "query\.scheduler\.jwks", .*/g)).toEqual([
      '{ service: "query.scheduler.jwks", accounts: ["S_gateway", "W_mcp", "W_agent"] }',
    ]);
    for (const pool of ['pool-mcp', 'pool-agent'])
      expect(brokerUsers(topology).find((u) => u.name === pool)?.publish).toContain('query.scheduler.jwks');
  });
});

it.each([
  ['event.job.t.p.*', 'event.job.*.*.accepted', 'event.job.t.p.accepted'],
  ['output.t.p.>', 'output.*.*.>', 'output.t.p.>'],
  ['a.>', 'a.b.c', 'a.b.c'],
  ['a.*', 'a.b.c', undefined],
  ['a.b', 'a.b.>', undefined],
  ['a.b', 'a.c', undefined],
  ['>', 'a.>', 'a.>'],
])('%s and %s have %s in common', (one, other, common) => {
  expect(commonFilter(one, other)).toBe(common);
  expect(commonFilter(other, one)).toBe(common);
});

it('no schema holds another one by its name: whichever is used first, all can be', () => {
  const texts = Object.values(contracts).flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && '$id' in one ? [JSON.stringify(one)] : [],
  );
  expect(texts.length).toBeGreaterThan(20);
  for (const text of texts) expect([text.split('"$id"').length - 1, text]).toEqual([1, text]);
});

it('validates values that did not travel as text too', () => {
  expect(validate(JobRequest, { topic: 'job.a', tenant_id: 't' }).ok).toBe(true);
});
