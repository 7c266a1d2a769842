import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { CodedError, sha256Digest } from '@countersign/kernel';
import { aRequest, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const aJob = (changes: object = {}) => ({
  job_id: JOB_ID,
  tenant_id: 'default',
  job_hash: 'sha256:a',
  state: 'RUNNING',
  ...changes,
});
const notFound = () => ({ ok: false, code: 'not_found' });

describe('reading jobs over HTTP', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());

  const get = (path: string) => gateway.call('GET', path);
  /** Takes a job in that the scheduler does not have. */
  const submit = async (jobId = JOB_ID) => {
    gateway.bus.answer(Subjects.queryJobGet.template, notFound);
    const { json } = await gateway.call('POST', '/api/v1/jobs', { body: aRequest({ job_id: jobId }) });
    gateway.bus.asked.splice(0);
    return json;
  };

  it('gives what the scheduler knows, asked for the caller’s tenant', async () => {
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job: aJob({ attempts: [] }) }));
    const reply = await get(`/api/v1/jobs/${JOB_ID}`);
    expect([reply.status, reply.json]).toEqual([200, aJob({ attempts: [] })]);
    expect(gateway.bus.asked).toEqual([
      { subject: 'query.job.get', question: { tenant_id: 'default', job_id: JOB_ID } },
    ]);
  });

  it('says SUBMITTED of a job that only the gateway knows', async () => {
    gateway.bus.answer(Subjects.queryJobGet.template, notFound);
    const { trace_id, job_hash } = await submit();
    const reply = await get(`/api/v1/jobs/${JOB_ID}`);
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      job_id: JOB_ID,
      state: 'SUBMITTED',
      trace_id,
      job_hash,
      topic: 'job.mcp-bridge.write.update_ticket',
      tenant_id: 'default',
      agent_id: 'local-producer',
      attempts: [],
      created_at: '2026-11-20T14:00:00.000Z',
    });
  });

  it('says 404 of a job that nobody knows', async () => {
    gateway.bus.answer(Subjects.queryJobGet.template, notFound);
    const reply = await get(`/api/v1/jobs/${JOB_ID}`);
    expect([reply.status, reply.json.code]).toEqual([404, 'not_found']);
  });

  it('passes no job of another tenant on, whatever it was answered', async () => {
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({
      ok: true,
      job: aJob({ tenant_id: 'other' }),
    }));
    const reply = await get(`/api/v1/jobs/${JOB_ID}`);
    expect([reply.status, reply.json.code]).toEqual([500, 'internal_error']);
    expect(reply.text).not.toContain('RUNNING');
  });

  it.each([
    ['does not answer', new CodedError('timeout', 'secret detail')],
    ['is not there', new CodedError('unavailable', 'secret detail')],
  ])('says 503 and when to come back when the scheduler %s', async (_, error) => {
    gateway.bus.answer(Subjects.queryJobGet.template, () => {
      throw error;
    });
    const reply = await get(`/api/v1/jobs/${JOB_ID}`);
    expect([reply.status, reply.json.code, reply.headers['retry-after']]).toEqual([503, 'unavailable', '2']);
    expect(reply.text).not.toContain('secret detail');
  });

  it('says 503 when the scheduler answers that it cannot', async () => {
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: false, code: 'unavailable' }));
    expect((await get(`/api/v1/jobs/${JOB_ID}`)).status).toBe(503);
  });

  it.each([null, [], 'x', {}, { ok: 'true' }, { ok: true }, { ok: false, code: 'who_knows' }])(
    'says 500 and nothing else on the answer %j',
    async (answer) => {
      gateway.bus.answer(Subjects.queryJobGet.template, () => answer);
      const reply = await get(`/api/v1/jobs/${JOB_ID}`);
      expect([reply.status, reply.json.code]).toEqual([500, 'internal_error']);
      expect(reply.text).not.toContain('who_knows');
    },
  );

  it('lists jobs by state, page by page', async () => {
    gateway.bus.answer(Subjects.queryJobList.template, () => ({ ok: true, items: [aJob()], next: 'c1' }));
    const reply = await get(`/api/v1/jobs?state=RUNNING&limit=7&after=${JOB_ID}`);
    expect([reply.status, reply.json]).toEqual([200, { items: [aJob()], next: 'c1' }]);
    expect(gateway.bus.asked[0]!.question).toEqual({
      tenant_id: 'default',
      state: 'RUNNING',
      limit: 7,
      after: JOB_ID,
    });
    await get('/api/v1/jobs');
    expect(gateway.bus.asked[1]!.question).toEqual({ tenant_id: 'default', limit: 50 });
  });

  it('lists among all jobs those that only the gateway knows, each once', async () => {
    const [a, b, c] = ['A1', 'A2', 'A3'].map((end) => `01JD4XQ8Z6T0V9K3M2N5P7R8${end}`);
    const taken = await submit(a);
    await submit(b);
    await submit(c);
    gateway.tables.end(b!, 'job_id_conflict');
    const items = [aJob({ job_id: a, job_hash: taken['job_hash'] })];
    gateway.bus.answer(Subjects.queryJobList.template, () => ({ ok: true, items, next: null }));
    const { json } = await get('/api/v1/jobs');
    expect(json).toMatchObject({
      items: [
        { job_id: c, state: 'SUBMITTED' },
        { job_id: b, state: 'FAILED', reason_code: 'job_id_conflict' },
        { job_id: a, state: 'RUNNING' },
      ],
      next: null,
    });
  });

  it('gives a job that was never decided its end, and lists it under FAILED alone', async () => {
    const other = '01JD4XQ8Z6T0V9K3M2N5P7R8B1';
    await submit();
    await submit(other);
    gateway.tables.end(JOB_ID, 'dead_lettered');
    expect((await get(`/api/v1/jobs/${JOB_ID}`)).json).toMatchObject({
      state: 'FAILED',
      reason_code: 'dead_lettered',
      reason: 'A message of this job could not be handled.',
      updated_at: '2026-11-20T14:00:01.000Z',
    });
    gateway.bus.answer(Subjects.queryJobList.template, () => ({ ok: true, items: [], next: null }));
    expect((await get('/api/v1/jobs?state=FAILED')).json['items']).toMatchObject([{ job_id: JOB_ID }]);
    expect((await get('/api/v1/jobs?state=SUBMITTED')).json['items']).toMatchObject([{ job_id: other }]);
  });

  it('believes the scheduler when it has got the job after all', async () => {
    const { job_hash } = await submit();
    gateway.tables.end(JOB_ID, 'dead_lettered');
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job: aJob({ job_hash }) }));
    gateway.bus.answer(Subjects.queryJobList.template, () => ({ ok: true, items: [], next: null }));
    expect((await get(`/api/v1/jobs/${JOB_ID}`)).json).toMatchObject({ state: 'RUNNING' });
    expect((await get('/api/v1/jobs?state=FAILED')).json['items']).toEqual([]);
  });

  it('lists as SUBMITTED what the scheduler does not know yet', async () => {
    const ids = ['01JD4XQ8Z6T0V9K3M2N5P7R8A1', '01JD4XQ8Z6T0V9K3M2N5P7R8A2', '01JD4XQ8Z6T0V9K3M2N5P7R8A3'];
    for (const id of ids) await submit(id);
    gateway.bus.answer(Subjects.queryJobGet.template, ({ job_id }) =>
      job_id === ids[1] ? { ok: true, job: aJob({ job_id }) } : notFound(),
    );
    const first = await get('/api/v1/jobs?state=SUBMITTED&limit=2');
    expect(first.json).toMatchObject({ items: [{ job_id: ids[2], state: 'SUBMITTED' }], next: ids[1] });
    const second = await get(`/api/v1/jobs?state=SUBMITTED&limit=2&after=${ids[1]}`);
    expect(second.json).toMatchObject({ items: [{ job_id: ids[0], state: 'SUBMITTED' }], next: null });
  });

  it('gives released output byte for byte', async () => {
    const output = '{"b":1.0, "a":"\u00e9 [REDACTED:email]"}';
    gateway.bus.answer(Subjects.queryJobOutput.template, () => ({
      ok: true,
      output,
      released: sha256Digest(output),
    }));
    const reply = await get(`/api/v1/jobs/${JOB_ID}/output`);
    expect([reply.status, reply.text]).toEqual([200, output]);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
  });

  it('gives nothing when the bytes are not those that were released', async () => {
    gateway.bus.answer(Subjects.queryJobOutput.template, () => ({
      ok: true,
      output: '{"planted":1}',
      released: sha256Digest('{}'),
    }));
    const reply = await get(`/api/v1/jobs/${JOB_ID}/output`);
    expect([reply.status, reply.json.code]).toEqual([500, 'internal_error']);
    expect(reply.text).not.toContain('planted');
  });

  it('gives no output before its release, and says the state', async () => {
    gateway.bus.answer(Subjects.queryJobOutput.template, () => ({
      ok: false,
      code: 'not_released',
      state: 'QUARANTINED',
    }));
    const reply = await get(`/api/v1/jobs/${JOB_ID}/output`);
    expect([reply.status, reply.json.code, reply.json['state']]).toEqual([
      409,
      'not_released',
      'QUARANTINED',
    ]);
  });

  it('gives no output of a job that is not decided or not known', async () => {
    gateway.bus.answer(Subjects.queryJobOutput.template, notFound);
    gateway.bus.answer(Subjects.queryJobGet.template, notFound);
    expect((await get(`/api/v1/jobs/${JOB_ID}/output`)).status).toBe(404);
    await submit();
    const reply = await get(`/api/v1/jobs/${JOB_ID}/output`);
    expect([reply.status, reply.json.code, reply.json['state']]).toEqual([409, 'not_released', 'SUBMITTED']);
  });

  it('gives what the scheduler knows of a job that was taken in here', async () => {
    const { job_hash } = await submit();
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job: aJob({ job_hash }) }));
    gateway.bus.answer(Subjects.queryJobOutput.template, () => ({ ok: true, output: '{}' }));
    expect((await get(`/api/v1/jobs/${JOB_ID}`)).json).toEqual(aJob({ job_hash }));
    expect((await get(`/api/v1/jobs/${JOB_ID}/output`)).text).toBe('{}');
  });

  describe('when another job has the id of one that was taken in here', () => {
    const other = aJob({ job_hash: 'sha256:other', trace_id: 'other', attempts: [{ attempt: 1 }] });

    it('shows the job as failed by the conflict, and nothing of the other', async () => {
      const { trace_id, job_hash } = await submit();
      gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job: other }));
      const reply = await get(`/api/v1/jobs/${JOB_ID}`);
      expect(reply.status).toBe(200);
      expect(reply.json).toMatchObject({
        job_id: JOB_ID,
        state: 'FAILED',
        reason_code: 'job_id_conflict',
        job_hash,
        trace_id,
        attempts: [],
      });
      expect(reply.text).not.toContain('other"');
    });

    it('gives no output, and asks for none', async () => {
      await submit();
      gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job: other }));
      const reply = await get(`/api/v1/jobs/${JOB_ID}/output`);
      expect([reply.status, reply.json.code, reply.json['state']]).toEqual([409, 'not_released', 'FAILED']);
      expect(gateway.bus.asked.map((a) => a.subject)).toEqual(['query.job.get']);
    });

    it('takes no job without a hash for the same', async () => {
      await submit();
      gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job: aJob({ job_hash: 7 }) }));
      for (const path of [`/api/v1/jobs/${JOB_ID}`, `/api/v1/jobs/${JOB_ID}/output`])
        expect((await get(path)).status).toBe(500);
    });
  });
});
