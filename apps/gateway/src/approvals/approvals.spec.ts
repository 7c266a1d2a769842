import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { addKey, bearer, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const HASH = `sha256:${'a'.repeat(64)}`;
const OTHER_ID = '01JD4XQ8Z6T0V9K3M2N5P7R8S2';

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

  it('H8: passes on what the reviewer has seen, and what they have typed', async () => {
    serviceSays({ ok: true, approval: {} });
    const seen = { expected_job_hash: HASH, confirm: 'wire_money' };
    await vote('approve', seen);
    expect(gateway.bus.asked[0]!.question).toMatchObject(seen);
  });

  it.each([
    [409, 'stale_request'],
    [409, 'already_resolved'],
    [403, 'not_a_person'],
    [422, 'confirmation_required'],
  ])('says %i %s with the state of the approval', async (status, code) => {
    serviceSays({ ok: false, code, state: 'GRANTED' });
    const reply = await vote('approve');
    expect([reply.status, reply.json.code, reply.json['state']]).toEqual([status, code, 'GRANTED']);
  });

  it('passes filters on, within the tenant of the caller', async () => {
    gateway.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
    const query =
      'state=GRANTED,REJECTED&agent_id=agent-7&topic=job.pay.>&min_risk=critical&min_age_sec=60&order=fair';
    await gateway.call('GET', `/api/v1/approvals?${query}`);
    expect(gateway.bus.asked[0]!.question).toEqual({
      tenant_id: 'default',
      include_resolved: false,
      states: ['GRANTED', 'REJECTED'],
      agent_id: 'agent-7',
      topic: 'job.pay.>',
      min_risk: 2,
      min_age_sec: 60,
      order: 'fair',
      limit: 50,
    });
  });

  it.each([
    'state=OPEN',
    'topic=pay',
    'min_risk=2',
    'min_age_sec=-1',
    'shape=x',
    'order=newest',
    'tenant=acme',
  ])('refuses the filter %s', async (query) => {
    const reply = await gateway.call('GET', `/api/v1/approvals?${query}`);
    expect(reply.status).toBe(400);
    expect(gateway.bus.asked).toEqual([]);
  });

  it('sends a list once, and says afterwards that it is the same', async () => {
    let items = [{ job_id: JOB_ID }];
    gateway.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items }));
    const first = await gateway.call('GET', '/api/v1/approvals');
    const again = () =>
      gateway.call('GET', '/api/v1/approvals', { headers: { 'if-none-match': first.headers.etag! } });
    expect([first.status, first.headers['cache-control']]).toEqual([200, 'private, no-cache']);
    const same = await again();
    expect([same.status, same.text]).toEqual([304, '']);
    items = [];
    expect((await again()).status).toBe(200);
  });

  it('answers several at once, each by itself: one that has changed holds up no other', async () => {
    gateway.bus.answer(Subjects.commandApprovalResolve.template, (question) =>
      question['job_id'] === JOB_ID
        ? { ok: false, code: 'stale_request', state: 'PENDING' }
        : { ok: true, approval: { state: 'GRANTED' } },
    );
    const items = [JOB_ID, OTHER_ID].map((job_id) => ({ job_id, expected_job_hash: HASH }));
    const reply = await gateway.call('POST', '/api/v1/approvals/resolve', {
      body: { vote: 'approve', items },
    });
    expect([reply.status, reply.json['results']]).toEqual([
      200,
      [
        { job_id: JOB_ID, ok: false, code: 'stale_request', state: 'PENDING' },
        { job_id: OTHER_ID, ok: true, approval: { state: 'GRANTED' } },
      ],
    ]);
    expect(gateway.bus.asked.map(({ question }) => question['expected_job_hash'])).toEqual([HASH, HASH]);
  });

  it('takes no selection without what was seen of each', async () => {
    const body = { vote: 'approve', items: [{ job_id: JOB_ID }] };
    const reply = await gateway.call('POST', '/api/v1/approvals/resolve', { body });
    expect([reply.status, reply.json.code, reply.json.pointer]).toEqual([
      400,
      'missing_field',
      '/items/0/expected_job_hash',
    ]);
  });

  it('passes on an edit with its params as they are', async () => {
    const edit = { job_id: OTHER_ID, job_hash: HASH, edit_of: JOB_ID };
    gateway.bus.answer(Subjects.commandApprovalEdit.template, () => ({ ok: true, edit }));
    const body = { params: { amount: 90, list: [null] }, expected_job_hash: HASH };
    const reply = await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/edit`, { body });
    expect([reply.status, reply.json]).toEqual([200, edit]);
    expect(gateway.bus.asked[0]!.question).toEqual({
      ...body,
      tenant_id: 'default',
      job_id: JOB_ID,
      by: 'local-operator',
    });
  });

  it('streams changes from where the client was, and ends with what it asks', async () => {
    const change = { cursor: '7.1', change: 'resolved', job_id: JOB_ID, approval_id: 'a1' };
    gateway.bus.answer(Subjects.queryApprovalChanges.template, ({ after }) =>
      after === '6.0' ? { ok: true, items: [change], next: '7.1' } : { ok: false, code: 'unavailable' },
    );
    const reply = await gateway.call('GET', '/api/v1/approvals/stream', {
      headers: { 'last-event-id': '6.0' },
    });
    expect(reply.headers['content-type']).toContain('text/event-stream');
    expect(reply.text).toBe(
      `event: hello\nid: 7.1\ndata: {"next":"7.1"}\n\n` +
        `event: resolved\nid: 7.1\ndata: {"job_id":"${JOB_ID}","approval_id":"a1"}\n\n`,
    );
  });

  it('streams nothing from a place that is none', async () => {
    const reply = await gateway.call('GET', '/api/v1/approvals/stream', {
      headers: { 'last-event-id': '1; DROP' },
    });
    expect([reply.status, reply.json.code]).toEqual([400, 'invalid_header']);
  });
});

describe('who answers', () => {
  const people = [{ tenant: 'acme', names: ['ann', 'acme:ann@acme.example', 'ann-agent'] }];
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({ settings: { people } });
    gateway.bus.answer(Subjects.commandApprovalResolve.template, () => ({ ok: true, approval: {} }));
    gateway.bus.answer(Subjects.queryApprovalGet.template, () => ({ ok: true, approval: {} }));
    gateway.bus.answer(Subjects.commandApprovalWithdraw.template, () => ({ ok: true, approval: {} }));
  });
  afterEach(() => gateway.close());

  const ask = async (grant: Parameters<typeof addKey>[1], method: string, path: string) => {
    const headers = bearer(addKey(gateway.tables, { tenant_id: 'acme', ...grant }));
    const { status } = await gateway.call(method, `/api/v1/approvals/${JOB_ID}${path}`, { headers });
    return [status, gateway.bus.asked.at(-1)?.question] as const;
  };

  it('H13: is told with every other name of the same person', async () => {
    const [, question] = await ask({ name: 'ann', roles: ['reviewer'] }, 'POST', '/approve');
    expect(question).toMatchObject({ by: 'ann', names: ['acme:ann@acme.example', 'ann-agent'] });
  });

  it('H4: is told to be a program where the credential asks for jobs or runs them', async () => {
    for (const role of ['producer', 'worker'] as const) {
      const [, question] = await ask({ name: 'bob', roles: ['reviewer', role] }, 'POST', '/approve');
      expect(question).toMatchObject({ by: 'bob', is_machine: true });
    }
  });

  it('H01: is no agent: its credential is refused before anything is asked', async () => {
    expect(await ask({ name: 'agent-7', roles: ['producer'] }, 'POST', '/approve')).toEqual([403, undefined]);
  });

  it('sees of a job how it stands, of their own alone where they only ask for jobs', async () => {
    const [, own] = await ask({ name: 'agent-7', roles: ['producer'] }, 'GET', '');
    expect(own).toEqual({ tenant_id: 'acme', job_id: JOB_ID, submitted_by: 'agent-7' });
    const [, whole] = await ask({ name: 'ann', roles: ['reviewer'] }, 'GET', '');
    expect(whole).toEqual({ tenant_id: 'acme', job_id: JOB_ID });
  });

  it('takes back their own, or as an operator anybody’s', async () => {
    const [, own] = await ask({ name: 'agent-7', roles: ['producer'] }, 'POST', '/withdraw');
    expect(own).toEqual({ tenant_id: 'acme', job_id: JOB_ID, by: 'agent-7' });
    const [, any] = await ask({ name: 'ops', roles: ['operator'] }, 'POST', '/withdraw');
    expect(any).toMatchObject({ by: 'ops', is_operator: true });
  });
});
