import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

describe('approvals over HTTP', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());

  const vote = (verb: string, body?: unknown, query = '') =>
    gateway.call('POST', `/api/v1/approvals/${JOB_ID}/${verb}${query}`, { body });
  const serviceSays = (answer: object) =>
    gateway.bus.answer(Subjects.commandApprovalResolve.template, () => answer);

  it.each([
    ['', false],
    ['?include_resolved=false', false],
    ['?include_resolved=true', true],
  ])('lists what waits with the query %j', async (query, included) => {
    gateway.bus.answer(Subjects.queryApprovalList.template, () => ({
      ok: true,
      items: [{ job_id: JOB_ID }],
    }));
    const reply = await gateway.call('GET', `/api/v1/approvals${query}`);
    expect([reply.status, reply.json]).toEqual([200, { items: [{ job_id: JOB_ID }], next: null }]);
    expect(gateway.bus.asked[0]!.question).toEqual({
      tenant_id: 'default',
      include_resolved: included,
      limit: 50,
    });
  });

  it.each(['approve', 'deny'])('passes on %s, in the name of the verified operator', async (verb) => {
    const approval = { job_id: JOB_ID, approval_id: 'a1', state: 'GRANTED', resolved_by: 'local-operator' };
    serviceSays({ ok: true, approval });
    const reply = await vote(verb, { note: 'ticket 4711' });
    expect([reply.status, reply.json]).toEqual([200, approval]);
    expect(gateway.bus.asked).toEqual([
      {
        subject: 'command.approval-service.resolve',
        question: {
          tenant_id: 'default',
          job_id: JOB_ID,
          vote: verb,
          note: 'ticket 4711',
          by: 'local-operator',
        },
      },
    ]);
  });

  it('needs no note, and may name the question that is meant', async () => {
    serviceSays({ ok: true, approval: {} });
    await vote('approve', undefined, '?kind=output');
    expect(gateway.bus.asked[0]!.question).toMatchObject({ note: '', kind: 'output' });
  });

  it.each([
    [404, 'not_found'],
    [409, 'already_resolved'],
    [409, 'expired'],
    [403, 'self_approval'],
    [409, 'policy_changed'],
    [409, 'already_voted'],
    [403, 'not_in_group'],
    [403, 'submitter_unknown'],
    [503, 'unavailable'],
  ])('says %i when the service says %s', async (status, code) => {
    serviceSays({ ok: false, code });
    const reply = await vote('approve', { note: '' });
    expect([reply.status, reply.json.code]).toEqual([status, code]);
  });

  it('H12: takes no approver from a header', async () => {
    serviceSays({ ok: true, approval: {} });
    const headers = { 'x-approver': 'cfo', 'x-user': 'cfo', 'cs-verified-caller': 'cfo' };
    await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/approve`, { headers });
    expect(gateway.bus.asked[0]!.question['by']).toBe('local-operator');
  });
});
