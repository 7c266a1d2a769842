import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

describe('reviews over HTTP (H12)', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());

  const list = (query = '') => gateway.call('GET', `/api/v1/reviews${query}`);
  const mark = (body?: unknown) => gateway.call('POST', `/api/v1/reviews/${JOB_ID}/seen`, { body });

  it('lists what the query names, within the tenant of the caller', async () => {
    gateway.bus.answer(Subjects.queryReviewList.template, () => ({ ok: true, items: [{ job_id: JOB_ID }] }));
    const reply = await list('?state=waiting&agent_id=agent-7&topic=job.pay.>&min_age_sec=60&limit=5');
    expect([reply.status, reply.json]).toEqual([200, { items: [{ job_id: JOB_ID }], next: null }]);
    expect(gateway.bus.asked[0]!.question).toEqual({
      tenant_id: 'default',
      state: 'waiting',
      agent_id: 'agent-7',
      topic: 'job.pay.>',
      min_age_sec: 60,
      limit: 5,
    });
  });

  it.each(['state=WAITING', 'verdict=good', 'topic=pay', 'min_age_sec=-1', 'after=x', 'tenant_id=other'])(
    'refuses the query %s',
    async (query) => {
      expect((await list(`?${query}`)).status).toBe(400);
      expect(gateway.bus.asked).toEqual([]);
    },
  );

  it('passes a mark on in the name of the verified operator', async () => {
    gateway.bus.answer(Subjects.commandReviewSeen.template, () => ({ ok: true, review: { state: 'seen' } }));
    const reply = await mark({ verdict: 'problem', note: 'wrong ticket' });
    expect([reply.status, reply.json]).toEqual([200, { state: 'seen' }]);
    expect(gateway.bus.asked).toEqual([
      {
        subject: 'command.approval-service.seen',
        question: {
          tenant_id: 'default',
          job_id: JOB_ID,
          verdict: 'problem',
          note: 'wrong ticket',
          by: 'local-operator',
        },
      },
    ]);
  });

  it.each([
    undefined,
    {},
    { verdict: 'ok' },
    { verdict: true },
    { verdict: 'fine', by: 'cfo' },
    { verdict: 'fine', note: 7 },
  ])('H02, H12: refuses the body %j', async (body) => {
    expect((await mark(body)).status).toBe(400);
    expect(gateway.bus.asked).toEqual([]);
  });

  it.each([
    ['not_found', 404],
    ['already_seen', 409],
    ['self_approval', 403],
    ['not_a_person', 403],
    ['submitter_unknown', 403],
  ])('tells the refusal %s', async (code, status) => {
    gateway.bus.answer(Subjects.commandReviewSeen.template, () => ({ ok: false, code, state: 'seen' }));
    const reply = await mark({ verdict: 'fine' });
    expect([reply.status, (reply.json as { code: string }).code]).toEqual([status, code]);
  });
});
