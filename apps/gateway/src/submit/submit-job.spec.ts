import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventType, Header, Subjects, VerifiedBy } from '@countersign/contracts';
import { CodedError, sha256Digest } from '@countersign/kernel';
import { aRequest, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const JOBS = '/api/v1/jobs';
/** What the gateway says of who sends without credentials, to whoever decides. */
const LOCAL = { [Header.VerifiedCaller]: 'local-producer', [Header.VerifiedBy]: VerifiedBy.Loopback };
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('POST /api/v1/jobs', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
    schedulerSays(notFound);
  });
  afterAll(() => gateway.close());

  const notFound = () => ({ ok: false, code: 'not_found' });
  const schedulerSays = (answer: () => object) => gateway.bus.answer(Subjects.queryJobGet.template, answer);
  const submit = (body: unknown, headers: Record<string, string | string[]> = {}) =>
    gateway.call('POST', JOBS, { body, headers });

  it('takes a job in, tells the road its canonical bytes, and answers where to follow it', async () => {
    const reply = await submit(aRequest(), { traceparent: TRACEPARENT });

    expect(reply.status).toBe(202);
    const jobId = reply.json['job_id'] as string;
    const { text = '' } = gateway.tables.emitted.at(-1)!;
    const hash = sha256Digest(text);
    expect(reply.json).toEqual({
      job_id: jobId,
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      state: 'SUBMITTED',
      job_hash: hash,
    });
    expect(reply.headers.location).toBe(`/api/v1/jobs/${jobId}`);
    expect(gateway.tables.emitted.at(-1)).toEqual({
      subject: 'from.gateway.job.mcp-bridge.write.update_ticket',
      id: `${jobId}:job:0:${hash.slice(7, 23)}`,
      type: EventType.Job,
      text,
      jobId,
      traceparent: TRACEPARENT,
      headers: LOCAL,
    });
    expect(JSON.stringify(gateway.tables.intake)).not.toContain('mcp.action');
    expect(gateway.bus.asked).toEqual([]);
  });

  it('gives the known answer of the contract for its example', async () => {
    const reply = await submit(aRequest({ job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1' }));
    expect(reply.json['job_hash']).toBe(
      'sha256:6be601600548fcb04034038497172cf09c0e781774e0f5087836e98bc424c4b4',
    );
  });

  it('starts a trace of its own when the header is missing or wrong', async () => {
    const wrong = await submit(aRequest(), { traceparent: `${TRACEPARENT}-x` });
    expect(wrong.json['trace_id']).toMatch(/^[0-9a-f]{32}$/);
    expect(wrong.json['trace_id']).not.toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it('answers a repeated job id with the same content alike, and sends it once', async () => {
    const request = aRequest({ job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8A1' });
    const first = await submit(request);
    const sent = gateway.tables.emitted.length;
    const second = await submit(request);
    expect([second.status, second.json]).toEqual([202, first.json]);
    expect(gateway.tables.emitted).toHaveLength(sent);
  });

  it('refuses a known job id with other content, and keeps nothing of the refused one', async () => {
    const request = aRequest({ job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8B1' });
    await submit(request);
    const rows = gateway.tables.intake.length;
    const reply = await submit({ ...request, params: { a: 1 } }, { 'idempotency-key': 'conflict' });
    expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([409, 'job_id_conflict', '/job_id']);
    expect(gateway.tables.intake).toHaveLength(rows);
    expect((await submit(aRequest(), { 'idempotency-key': 'conflict' })).status).toBe(202);
  });

  it('refuses another tenant than the caller’s at the edge', async () => {
    const reply = await submit(aRequest({ tenant_id: 'other' }));
    expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([
      403,
      'tenant_mismatch',
      '/tenant_id',
    ]);
  });

  it('answers the same idempotency key with the same body alike, whatever its spelling', async () => {
    const first = await submit('{"topic":"job.a.b","tenant_id":"default"}', { 'idempotency-key': 'k 1' });
    const sent = gateway.tables.emitted.length;
    const second = await submit('{ "tenant_id": "default", "topic": "job.a.b" }', {
      'idempotency-key': 'k 1',
    });
    expect(first.status).toBe(202);
    expect([second.status, second.json, second.headers.location]).toEqual([
      202,
      first.json,
      first.headers.location,
    ]);
    expect(gateway.tables.emitted).toHaveLength(sent);
  });

  it('X07: refuses an idempotency key with another body', async () => {
    await submit(aRequest(), { 'idempotency-key': 'x07' });
    const sent = gateway.tables.emitted.length;
    const reply = await submit(aRequest({ risk_tags: [] }), { 'idempotency-key': 'x07' });
    expect([reply.status, reply.json.code]).toEqual([422, 'idempotency_key_reused']);
    expect(gateway.tables.emitted).toHaveLength(sent);
  });

  it('runs one job for many concurrent requests with one key', async () => {
    const sent = gateway.tables.emitted.length;
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => submit(aRequest(), { 'idempotency-key': 'many' })),
    );
    expect(new Set(replies.map((r) => `${r.status} ${r.text}`)).size).toBe(1);
    expect(gateway.tables.emitted).toHaveLength(sent + 1);
  });

  it.each([
    ['is empty', ''],
    ['is longer than 128 characters', 'k'.repeat(129)],
    ['holds a character outside ASCII', 'schl\u00fcssel'],
    ['comes twice', ['a', 'b']],
  ])('refuses an idempotency key that %s', async (_, key) => {
    const reply = await submit(aRequest(), { 'idempotency-key': key });
    expect([reply.status, reply.json.code]).toEqual([400, 'invalid_header']);
  });

  it('H02: refuses an approval inside a request, and hides none in what is hashed and shown', async () => {
    const member = await submit(aRequest({ approved: true }));
    expect([member.status, member.json.code, member.json.pointer]).toEqual([
      400,
      'unknown_field',
      '/approved',
    ]);
    const label = await submit(aRequest({ labels: { approved: 'true' } }), { 'x-approved': 'true' });
    expect(label.status).toBe(202);
    expect(gateway.tables.emitted.at(-1)!.headers).toEqual(LOCAL);
    expect(gateway.tables.emitted.at(-1)!.text).toContain('"labels":{"approved":"true"}');
  });

  it('ignores a verified caller and a proof of it that the client claims (H02)', async () => {
    await submit(aRequest(), { [Header.VerifiedCaller]: 'root', [Header.VerifiedBy]: VerifiedBy.Token });
    expect(gateway.tables.emitted.at(-1)!.headers).toEqual(LOCAL);
    expect(gateway.tables.intake.at(-1)!.caller).toBe('local-producer');
  });

  describe('with a job id of its own that only the scheduler still knows', () => {
    const id = '01JD4XQ8Z6T0V9K3M2N5P7R8D1';
    const request = aRequest({ job_id: id });
    const asked = () => gateway.bus.asked.filter(({ question }) => question['job_id'] === id).length;
    let first: Record<string, unknown>;
    beforeAll(async () => {
      first = (await submit(request)).json;
      gateway.tables.forget(id);
      schedulerSays(() => ({ ok: true, job: { ...first, tenant_id: 'default', state: 'COMPLETED' } }));
    });
    afterAll(() => schedulerSays(notFound));

    it('answers the same content as at first, and sends nothing', async () => {
      const sent = gateway.tables.emitted.length;
      const reply = await submit(request, { 'idempotency-key': 'known' });
      expect([reply.status, reply.json]).toEqual([202, first]);
      expect((await submit(request, { 'idempotency-key': 'known' })).json).toEqual(first);
      expect(gateway.tables.emitted).toHaveLength(sent);
    });

    it('refuses other content at once', async () => {
      const reply = await submit({ ...request, params: { a: 1 } });
      expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([
        409,
        'job_id_conflict',
        '/job_id',
      ]);
    });

    it('takes the job in when the scheduler cannot say', async () => {
      schedulerSays(() => {
        throw new CodedError('unavailable', 'away');
      });
      const before = asked();
      const reply = await submit(request);
      expect([reply.status, reply.json['job_hash']]).toEqual([202, first['job_hash']]);
      expect(asked()).toBe(before + 1);
    });
  });

  it('says 503 and when to come back when the database is away', async () => {
    gateway.tables.failure = Object.assign(new Error('connect refused 10.0.0.7'), { code: 'ECONNREFUSED' });
    const reply = await submit(aRequest({ job_id: JOB_ID }), { 'idempotency-key': 'away' });
    gateway.tables.failure = undefined;
    expect([reply.status, reply.json.code, reply.headers['retry-after']]).toEqual([503, 'unavailable', '2']);
    expect(reply.text).not.toContain('10.0.0.7');
  });
});
