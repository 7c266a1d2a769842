import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '@countersign/contracts';
import { aRequest, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const request = (rest: string) => `{"topic":"job.a","tenant_id":"default",${rest}}`;
/** A request of so many bytes without a blank in it. */
const filled = (size: number) => {
  const empty = request('"params":""');
  return request(`"params":"${'x'.repeat(size - empty.length)}"`);
};

const ROUTES = [
  ['POST', '/api/v1/jobs'],
  ['GET', '/api/v1/jobs'],
  ['GET', `/api/v1/jobs/${JOB_ID}`],
  ['GET', `/api/v1/jobs/${JOB_ID}/output`],
  ['POST', `/api/v1/jobs/${JOB_ID}/cancel`],
  ['GET', '/api/v1/approvals'],
  ['POST', `/api/v1/approvals/${JOB_ID}/approve`],
  ['POST', `/api/v1/approvals/${JOB_ID}/deny`],
  ['GET', `/api/v1/traces/${'a'.repeat(32)}`],
  ['GET', '/api/v1/audit/verify'],
  ['GET', '/health/live'],
  ['GET', '/health/ready'],
] as const;

describe('bad input over HTTP', () => {
  let gateway: TestGateway;
  beforeAll(async () => void (gateway = await startGateway()));
  afterAll(() => gateway.close());

  it.each([
    ['nothing', '', 400, 'malformed_json', ''],
    ['no JSON', '{"topic":', 400, 'malformed_json', '/topic'],
    ['text after the JSON', `${JSON.stringify(aRequest())} x`, 400, 'malformed_json', ''],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'malformed_json', ''],
    ['no object', '[]', 400, 'invalid_field', ''],
    ['an unknown field', aRequest({ foo: 1 }), 400, 'unknown_field', '/foo'],
    ['an unknown field within', aRequest({ estimate: { yen: 1 } }), 400, 'unknown_field', '/estimate/yen'],
    ['a missing topic', { tenant_id: 'default' }, 400, 'missing_field', '/topic'],
    ['a missing tenant', { topic: 'job.a' }, 400, 'missing_field', '/tenant_id'],
    ['a wrong type', aRequest({ risk_tags: 'prod' }), 400, 'invalid_field', '/risk_tags'],
    ['a wrong type within', aRequest({ risk_tags: ['a', 7] }), 400, 'invalid_field', '/risk_tags/1'],
    ['a truthy non-boolean', aRequest({ retry_safe: 'false' }), 400, 'invalid_field', '/retry_safe'],
    ['a topic without job.', aRequest({ topic: 'work.a' }), 400, 'invalid_field', '/topic'],
    ['a bare job topic', aRequest({ topic: 'job' }), 400, 'invalid_field', '/topic'],
    ['a wildcard topic', aRequest({ topic: 'job.*' }), 400, 'invalid_field', '/topic'],
    ['a topic in upper case', aRequest({ topic: 'job.A' }), 400, 'invalid_field', '/topic'],
    ['a topic with an empty token', aRequest({ topic: 'job.a..b' }), 400, 'invalid_field', '/topic'],
    ['a topic with a line break', aRequest({ topic: 'job.a\n' }), 400, 'invalid_field', '/topic'],
    ['a job id that is no ULID', aRequest({ job_id: 'x' }), 400, 'invalid_field', '/job_id'],
    ['depth over 64', request(`"params":${nested(64)}`), 400, 'too_deep', `/params${'/0'.repeat(63)}`],
    ['P20: a duplicate key', request('"params":{"a":1,"a":2}'), 400, 'duplicate_key', '/params/a'],
    [
      'P20: a duplicate key, escaped',
      request('"params":{"a":1,"\\u0061":2}'),
      400,
      'duplicate_key',
      '/params/a',
    ],
    ['P20: __proto__', request('"params":{"__proto__":{}}'), 400, 'forbidden_key', '/params/__proto__'],
    [
      'P20: an integer beyond 2^53-1',
      request('"params":[9007199254740992]'),
      400,
      'unsafe_integer',
      '/params/0',
    ],
    ['P20: a number out of range', request('"params":1e999'), 400, 'number_out_of_range', '/params'],
    ['P20: a lone surrogate', request('"params":"\\ud800"'), 400, 'lone_surrogate', '/params'],
    ['over 512 KiB', request(`"params":"${'x'.repeat(MAX_BODY_BYTES)}"`), 413, 'too_large', undefined],
  ])('refuses a job of %s', async (_, body, status, code, pointer) => {
    const reply = await gateway.call('POST', '/api/v1/jobs', { body });
    expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([status, code, pointer]);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.json).toMatchObject({
      type: `urn:countersign:problem:${code}`,
      title: expect.any(String) as string,
      status,
      detail: expect.any(String) as string,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(gateway.tables.emitted).toEqual([]);
    expect(gateway.tables.intake).toEqual([]);
  });

  it('refuses a body of exactly 512 KiB that becomes a larger job', async () => {
    const body = filled(MAX_BODY_BYTES);
    const headers = { 'idempotency-key': 'large' };
    const reply = await gateway.call('POST', '/api/v1/jobs', { body, headers });
    expect([body.length, reply.status, reply.json.code]).toEqual([524_288, 413, 'too_large']);
    expect([gateway.tables.emitted, gateway.tables.intake]).toEqual([[], []]);
  });

  it('takes a job of exactly 512 KiB and refuses one byte more', async () => {
    const other = await startGateway();
    const send = (size: number) => other.call('POST', '/api/v1/jobs', { body: filled(size) });
    await send(1024);
    const sizes = () => other.tables.emitted.map(({ text = '' }) => text.length);
    const added = sizes()[0]! - 1024;
    const replies = [await send(MAX_BODY_BYTES - added), await send(MAX_BODY_BYTES - added + 1)];
    await other.close();
    expect(replies.map((r) => r.status)).toEqual([202, 413]);
    expect(sizes()).toEqual([1024 + added, MAX_BODY_BYTES]);
  });

  it('takes a body of exactly 512 KiB and depth 64', async () => {
    const start = request(`"params":${nested(63)},"rationale":{}`).replace('}}', '}');
    const body = `${start}${' '.repeat(MAX_BODY_BYTES - start.length - 1)}}`;
    const other = await startGateway();
    const reply = await other.call('POST', '/api/v1/jobs', { body });
    await other.close();
    expect([body.length, reply.status]).toEqual([MAX_BODY_BYTES, 202]);
  });

  it('P20: reads −0 as the 0 that is hashed and shown', async () => {
    const other = await startGateway();
    await other.call('POST', '/api/v1/jobs', { body: request('"params":-0') });
    await other.close();
    expect(other.tables.emitted[0]!.text).toContain('"params":0');
  });

  it.each([
    [aRequest({ foo: 1 }), 'the member /foo is not known'],
    [request('"params":{"a":1,"a":2}'), '/params/a: the member occurs twice'],
    [aRequest({ risk_tags: 'prod' }), '/risk_tags must be array'],
    ['{"topic":', '/topic: a value was expected (at character 9)'],
    ['x'.repeat(MAX_BODY_BYTES + 1), '524288 bytes'],
  ])('says what is wrong and where (%#)', async (body, detail) => {
    const { json } = await gateway.call('POST', '/api/v1/jobs', { body });
    expect(json['detail']).toContain(detail);
  });

  it.each([
    ['/api/v1/jobs?foo=1', 'the query parameter /foo is not known'],
    [`/api/v1/jobs/${JOB_ID}?foo=1`, 'the query parameter /foo is not known'],
    ['/api/v1/jobs?state=running', 'state must be one of SUBMITTED, '],
    ['/api/v1/jobs?limit=201', 'limit must not be greater than 200'],
    ['/api/v1/approvals?include_resolved=1', 'include_resolved must be true or false'],
  ])('says what is wrong with the query %s', async (path, detail) => {
    expect((await gateway.call('GET', path)).json['detail']).toContain(detail);
  });

  it.each([
    [{ range: 'bytes=999999999-' }, 416, 'range_not_satisfiable'],
    [{ 'if-match': '"x"' }, 412, 'precondition_failed'],
  ])('refuses a file of the documentation with %j', async (headers, status, code) => {
    const reply = await gateway.call('GET', '/api/docs/swagger-ui.css', { headers });
    expect([reply.status, reply.json.code]).toEqual([status, code]);
  });

  it('repeats no value of the request in a refusal', async () => {
    const reply = await gateway.call('POST', '/api/v1/jobs', { body: aRequest({ topic: 'hunter2!' }) });
    expect(reply.text).not.toContain('hunter2');
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=utf-16', {}],
    ['application/jsonp', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('takes no body as %s %j', async (type, more) => {
    for (const path of [
      '/api/v1/jobs',
      `/api/v1/approvals/${JOB_ID}/approve`,
      `/api/v1/jobs/${JOB_ID}/cancel`,
    ]) {
      const reply = await gateway.call('POST', path, {
        body: '{}',
        headers: { 'content-type': type, ...more },
      });
      expect([path, reply.status, reply.json.code]).toEqual([path, 415, 'unsupported_media_type']);
    }
  });

  it.each([
    ['/api/v1/jobs?foo=1', 'unknown_field', '/foo'],
    ['/api/v1/jobs?state=running', 'invalid_field', '/state'],
    ['/api/v1/jobs?state=RUNNING&state=FAILED', 'invalid_field', '/state'],
    ['/api/v1/jobs?limit=0', 'invalid_field', '/limit'],
    ['/api/v1/jobs?limit=201', 'invalid_field', '/limit'],
    ['/api/v1/jobs?limit=1.5', 'invalid_field', '/limit'],
    ['/api/v1/jobs?limit=', 'invalid_field', '/limit'],
    ['/api/v1/jobs?limit=1e2', 'invalid_field', '/limit'],
    ['/api/v1/jobs?limit=0x10', 'invalid_field', '/limit'],
    ['/api/v1/jobs?limit=%2010', 'invalid_field', '/limit'],
    ['/api/v1/jobs?after=x', 'invalid_field', '/after'],
    ['/api/v1/approvals?after=%00', 'invalid_field', '/after'],
    ['/api/v1/approvals?include_resolved=yes', 'invalid_field', '/include_resolved'],
    [`/api/v1/traces/${'a'.repeat(32)}?limit=501`, 'invalid_field', '/limit'],
    [`/api/v1/traces/${'a'.repeat(32)}?after=-1`, 'invalid_field', '/after'],
    [`/api/v1/traces/${'a'.repeat(32)}?after=1e2`, 'invalid_field', '/after'],
  ])('refuses the query %s', async (path, code, pointer) => {
    const reply = await gateway.call('GET', path);
    expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([400, code, pointer]);
    expect(gateway.bus.asked).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'foo'])(
    'refuses the query parameter %s on every route',
    async (name) => {
      const { asked } = gateway.bus;
      const before = asked.length;
      for (const [method, path] of ROUTES) {
        const reply = await gateway.call(
          method,
          `${path}?${name}=1`,
          method === 'POST' ? { body: '{}' } : {},
        );
        expect([path, reply.status, reply.json.code, reply.json.pointer]).toEqual([
          path,
          400,
          'unknown_field',
          `/${name}`,
        ]);
      }
      expect(asked).toHaveLength(before);
    },
  );

  it('refuses a stranger before it judges their query', async () => {
    const headers = { authorization: 'Bearer x' };
    const reply = await gateway.call('GET', `/api/v1/jobs/${JOB_ID}?foo=1`, { headers });
    expect(reply.status).toBe(401);
  });

  it.each([7, true, null, ['n'], {}])('says of the note %j that its type is wrong', async (note) => {
    const reply = await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/deny`, { body: { note } });
    expect([reply.status, reply.json['detail']]).toEqual([400, '/note: note must be a string']);
  });

  it.each([
    ['H02: {"approved":true}', { approved: true }, 'unknown_field', '/approved'],
    ['H12: {"decided_by":"cfo"}', { note: 'x', decided_by: 'cfo' }, 'unknown_field', '/decided_by'],
    ['H12: {"by":"cfo"}', { by: 'cfo' }, 'unknown_field', '/by'],
    ['a member named constructor', '{"constructor":1}', 'unknown_field', '/constructor'],
    ['a member named toString', '{"toString":1,"note":"n"}', 'unknown_field', '/toString'],
    ['a member named hasOwnProperty', '{"hasOwnProperty":1}', 'unknown_field', '/hasOwnProperty'],
    ['a member named a/b', { 'a/b': 1 }, 'unknown_field', '/a~1b'],
    ['a truthy note', { note: true }, 'invalid_field', '/note'],
    ['a null note', { note: null }, 'invalid_field', '/note'],
    ['a note too long', { note: 'x'.repeat(4097) }, 'invalid_field', '/note'],
    ['a note twice', '{"note":"a","note":"b"}', 'duplicate_key', '/note'],
    ['__proto__', '{"__proto__":{"note":"x"}}', 'forbidden_key', '/__proto__'],
    ['an array', '[]', 'invalid_field', ''],
    ['no JSON', 'approve', 'malformed_json', ''],
  ])('refuses a vote with %s', async (_, body, code, pointer) => {
    for (const verb of ['approve', 'deny']) {
      const reply = await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/${verb}`, { body });
      expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([400, code, pointer]);
    }
    expect(gateway.bus.asked).toEqual([]);
  });

  it('refuses a cancellation with members', async () => {
    const reply = await gateway.call('POST', `/api/v1/jobs/${JOB_ID}/cancel`, { body: { force: true } });
    expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([400, 'unknown_field', '/force']);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/api'],
    ['GET', '/api/v1'],
    ['GET', '/api/v2/jobs'],
    ['POST', '/api/v1/jobs/'.concat(JOB_ID, '/approve')],
    ['PATCH', '/api/v1/agents'],
    ['GET', '/api/docs/..%2f..%2f..%2fpackage.json'],
  ])('knows nothing at %s %s', async (method, path) => {
    const reply = await gateway.call(method, path);
    expect([reply.status, reply.json.code]).toEqual([404, 'not_found']);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['GET', '/api/v1/jobs/01jd4xq8z6t0v9k3m2n5p7r8s1', '/id'],
    ['GET', '/api/v1/jobs/x/output', '/id'],
    ['GET', '/api/v1/jobs/%00', '/id'],
    ['POST', '/api/v1/jobs/x/cancel', '/id'],
    ['POST', '/api/v1/approvals/..%2f..%2fx/approve', '/job_id'],
    ['POST', `/api/v1/approvals/8${JOB_ID.slice(1)}/deny`, '/job_id'],
    ['GET', '/api/v1/traces/xyz', '/trace_id'],
    ['GET', `/api/v1/traces/${'A'.repeat(32)}`, '/trace_id'],
    ['GET', `/api/v1/traces/${'0'.repeat(32)}`, '/trace_id'],
  ])('refuses an id that cannot be one at %s %s, and asks nobody', async (method, path, pointer) => {
    const { length } = gateway.bus.asked;
    const reply = await gateway.call(method, path);
    expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([400, 'invalid_field', pointer]);
    expect(reply.json['detail']).toContain(`${pointer} in the path must be a`);
    expect(gateway.bus.asked).toHaveLength(length);
  });

  it('survives a path that cannot be decoded', async () => {
    const reply = await gateway.call('GET', '/api/v1/jobs/%E0%A4%A');
    expect([reply.status, reply.json.code]).toEqual([400, 'malformed_request']);
  });

  it('sends headers that keep answers from being sniffed, framed or stored', async () => {
    const { headers } = await gateway.call('GET', '/api/v1/jobs/x');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});
