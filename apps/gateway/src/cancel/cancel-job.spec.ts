import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { aRequest, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

describe('POST /api/v1/jobs/:id/cancel', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());

  const cancel = (body?: unknown) => gateway.call('POST', `/api/v1/jobs/${JOB_ID}/cancel`, { body });
  const takeIn = async () => {
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: false, code: 'not_found' }));
    const { json } = await gateway.call('POST', '/api/v1/jobs', { body: aRequest({ job_id: JOB_ID }) });
    gateway.bus.asked.splice(0);
    return json;
  };
  const schedulerSays = (answer: object) =>
    gateway.bus.answer(Subjects.commandJobCancel.template, () => answer);

  it.each([undefined, {}])('asks the scheduler as the verified caller, with the body %j', async (body) => {
    schedulerSays({ ok: true, job: { state: 'CANCELLED' } });
    const reply = await cancel(body);
    expect([reply.status, reply.json]).toEqual([200, { job_id: JOB_ID, state: 'CANCELLED' }]);
    expect(gateway.bus.asked).toEqual([
      {
        subject: 'command.scheduler.cancel',
        question: { tenant_id: 'default', job_id: JOB_ID, caller: 'local-producer' },
      },
    ]);
  });

  it('says where a running job is', async () => {
    schedulerSays({ ok: true, state: 'RUNNING', cancel_requested: true });
    expect((await cancel()).json).toEqual({ job_id: JOB_ID, state: 'RUNNING', cancel_requested: true });
  });

  it('refuses to cancel what has ended', async () => {
    schedulerSays({ ok: false, code: 'illegal_transition', state: 'COMPLETED' });
    const reply = await cancel();
    expect([reply.status, reply.json.code, reply.json['state']]).toEqual([
      409,
      'illegal_transition',
      'COMPLETED',
    ]);
  });

  it('tells a job that is not decided yet from one that nobody knows', async () => {
    schedulerSays({ ok: false, code: 'not_found' });
    expect((await cancel()).status).toBe(404);
    await takeIn();
    const reply = await cancel();
    expect([reply.status, reply.json.code, reply.json['state']]).toEqual([
      409,
      'illegal_transition',
      'SUBMITTED',
    ]);
  });

  it('has nothing to cancel of a job that was never decided, and says how it ended', async () => {
    await takeIn();
    gateway.tables.end(JOB_ID, 'job_id_conflict');
    const reply = await cancel();
    expect([reply.status, reply.json.code, reply.json['state']]).toEqual([
      409,
      'illegal_transition',
      'FAILED',
    ]);
  });

  it('cancels a job that was taken in here and is the scheduler’s', async () => {
    const { job_hash } = await takeIn();
    const job = { job_id: JOB_ID, tenant_id: 'default', job_hash, state: 'DISPATCHED' };
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job }));
    schedulerSays({ ok: true, job: { state: 'CANCELLED' } });
    expect((await cancel()).status).toBe(200);
  });

  it('never cancels another job that has the id of one that was taken in here', async () => {
    await takeIn();
    const job = { job_id: JOB_ID, tenant_id: 'default', job_hash: 'sha256:other', state: 'RUNNING' };
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: true, job }));
    schedulerSays({ ok: true, job: { state: 'CANCELLED' } });
    const reply = await cancel();
    expect([reply.status, reply.json.code, reply.json['state']]).toEqual([
      409,
      'illegal_transition',
      'FAILED',
    ]);
    expect(gateway.bus.asked.map((a) => a.subject)).toEqual(['query.job.get']);
  });
});
