import { measureQueue } from '@countersign/approval-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { ApprovalDesk, type Asked, type Told, type Wish } from './support/approval-desk.js';

let servers: TestServers;
let desk: ApprovalDesk;

beforeAll(async () => {
  servers = await startServers();
  desk = await ApprovalDesk.open(servers);
});
afterAll(async () => {
  await desk?.rig.close();
  await servers?.stop();
});

const of = (tenant: string, agent: string, more: Wish = {}): Wish => ({ tenant, caller: agent, ...more });
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const list = async (tenant: string, more: object = {}) => {
  const page = await desk.say('list', { tenant_id: tenant, ...more });
  return { items: page['items'] as (Asked & Record<string, unknown>)[], next: page['next'] as string | null };
};
const idsOf = (items: readonly Asked[]) => items.map(({ job_id }) => job_id);

describe('a queue that is full (H2, H17)', () => {
  it('refuses what is too much of one agent at once, with its reason, and takes another agent’s', async () => {
    const limits = { perTenant: 100, perAgent: 10 };
    const flood = await desk.askAll(
      times(25, () => of('flooded', 'loud')),
      limits,
    );
    const more = await desk.askAll([of('flooded', 'loud'), of('flooded', 'quiet')], limits);
    const states: unknown[] = [];
    for (const one of [...flood, ...more]) states.push(await desk.stateOf(one));
    expect(states).toEqual([...times(10, () => 'PENDING'), ...times(16, () => 'REJECTED'), 'PENDING']);
    const [{ body } = { body: {} as Record<string, unknown> }] = await desk.said(more[0]!);
    expect([body['outcome'], body['reason_code'], body['votes']]).toEqual([
      'rejected',
      'approval_queue_full',
      [],
    ]);
    expect(await desk.said(more[1]!)).toEqual([]);
    expect(await desk.row(more[0]!)).toMatchObject({ resolved_reason: 'approval_queue_full' });
  });

  it('has room again when somebody answers, and is bounded for the tenant as a whole', async () => {
    const limits = { perTenant: 3, perAgent: 3 };
    const asked = await desk.askAll(
      times(4, (i) => of('small', `agent-of-small-${i}`)),
      limits,
    );
    expect(await desk.stateOf(asked[3]!)).toBe('REJECTED');
    await desk.vote('deny', asked[0]!, { tenant_id: 'small' });
    const [next] = await desk.askAll([of('small', 'agent-of-small-9')], limits);
    expect(await desk.stateOf(next!)).toBe('PENDING');
    const [elsewhere] = await desk.askAll([of('roomy', 'agent-of-small-9')], limits);
    expect(await desk.stateOf(elsewhere!)).toBe('PENDING');
  });

  it('tells how much waits, since when, and what was refused, and nothing else', async () => {
    const depth = await measureQueue(desk.rig.connections.database);
    expect(Object.keys(depth).sort()).toEqual([
      'expired_last_hour',
      'oldest_age_sec',
      'pending',
      'refused_last_hour',
    ]);
    expect(depth.pending).toBeGreaterThanOrEqual(11);
    expect(depth.refused_last_hour).toBeGreaterThanOrEqual(17);
  });
});

describe('a list', () => {
  it('shows the critical first, and then every agent by turns, however much one asks (H17)', async () => {
    const flood = await desk.askAll(times(6, () => of('fair', 'loud')));
    const quiet = await desk.askAll(times(2, () => of('fair', 'quiet')));
    const [critical] = await desk.askAll([of('fair', 'loud', { approval: { confirm: true } })]);
    const expected = idsOf([
      critical!,
      ...[flood[0]!, quiet[0]!],
      ...[flood[1]!, quiet[1]!],
      ...flood.slice(2),
    ]);
    const paged: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await list('fair', { order: 'fair', limit: 4, after });
      paged.push(...idsOf(page.items));
      if ((after = page.next) === null) break;
    }
    expect(paged).toEqual(expected);
  });

  it('is paged by keys, so that what is answered in between is neither repeated nor lost', async () => {
    const asked = await desk.askAll(times(5, () => of('paged', 'a')));
    const first = await list('paged', { limit: 2 });
    await desk.vote('deny', asked[1]!, { tenant_id: 'paged' });
    const rest = await list('paged', { limit: 10, after: first.next });
    expect(idsOf([...first.items, ...rest.items])).toEqual(idsOf(asked));
  });

  it('shows what is asked for and nothing of another tenant', async () => {
    const [a, b, c] = await desk.askAll([
      of('picky', 'agent-a', { job: { topic: 'job.pay.refund', params: { amount: 1 } } }),
      of('picky', 'agent-b', { job: { topic: 'job.pay_x.refund', params: { sum: 1 } } }),
      of('picky', 'agent-a', { job: { topic: 'job.pay.wire' }, approval: { quorum: 2 } }),
    ]);
    await desk.vote('deny', b!, { tenant_id: 'picky' });
    await desk.rig.rows(`UPDATE approvals SET created_at = now() - interval '1 hour' WHERE job_id = $1`, [
      a!.job_id,
    ]);
    const { shape } = (await list('picky')).items[0]!;
    const found = async (filter: object) => idsOf((await list('picky', filter)).items);
    expect(await found({})).toEqual(idsOf([a!, c!]));
    expect(await found({ include_resolved: true })).toEqual(idsOf([a!, b!, c!]));
    expect(await found({ states: ['REJECTED'] })).toEqual([b!.job_id]);
    expect(await found({ states: ['REJECTED', 'EXPIRED'] })).toEqual([b!.job_id]);
    expect(await found({ agent_id: 'agent-a' })).toEqual(idsOf([a!, c!]));
    expect(await found({ topic: 'job.pay.refund' })).toEqual([a!.job_id]);
    expect(await found({ topic: 'job.pay.>', include_resolved: true })).toEqual(idsOf([a!, c!]));
    expect(await found({ min_risk: 1 })).toEqual([c!.job_id]);
    expect(await found({ min_age_sec: 600 })).toEqual([a!.job_id]);
    expect(await found({ rule_id: 'ask-about-refunds', shape })).toEqual(idsOf([a!, c!]));
    expect(await found({ rule_id: 'another' })).toEqual([]);
    expect((await list('elsewhere')).items).toEqual([]);
  });

  it('says what only a person may decide, whatever the rules allow (H11)', async () => {
    await desk.ask(of('never', 'a', { reasonCode: 'never_auto_approve' }));
    expect((await list('never')).items).toMatchObject([{ never_auto_approve: true, risk: 'critical' }]);
  });
});

describe('many at once', () => {
  it('are put together by rule, agent, topic and shape of the params, and answered each by itself', async () => {
    const alike = await desk.askAll(
      times(3, (i) => of('many', 'agent-a', { job: { params: { amount: i, to: `x${i}` } } })),
    );
    await desk.askAll([
      of('many', 'agent-b', { job: { params: { amount: 1, to: 'x' } } }),
      of('many', 'agent-a', { job: { params: { amount: 'all', to: 'x' } } }),
    ]);
    const groups = (await desk.say('groups', { tenant_id: 'many' }))['groups'] as {
      count: number;
      items: Asked[];
      rule_id: string;
    }[];
    expect(groups.map(({ count }) => count).sort()).toEqual([1, 1, 3]);
    const group = groups.find(({ count }) => count === 3)!;
    expect([group.rule_id, idsOf(group.items)]).toEqual(['ask-about-refunds', idsOf(alike)]);

    await desk.rig.rows(`UPDATE approvals SET job = replace(job, '"x1"', '"me"') WHERE job_id = $1`, [
      alike[1]!.job_id,
    ]);
    const votes = group.items.map(({ job_id, job_hash }) => ({
      tenant_id: 'many',
      job_id,
      expected_job_hash: job_hash,
      vote: 'approve',
      by: 'ann',
    }));
    const answers = await desk.tell('resolve', ...votes);
    expect(answers.map(({ ok, code }) => [ok, code])).toEqual([
      [true, undefined],
      [false, 'stale_request'],
      [true, undefined],
    ]);
  });
});

describe('one approval', () => {
  it('tells who asked for the job how it stands, and nobody else (H10)', async () => {
    const ends: readonly [string, (asked: Asked) => Promise<unknown>][] = [
      ['pending', () => Promise.resolve()],
      ['approved', (asked) => desk.vote('approve', asked, { tenant_id: 'asker' })],
      ['denied', (asked) => desk.vote('deny', asked, { tenant_id: 'asker' })],
      [
        'timeout',
        ({ job_id }) => desk.rig.rows('UPDATE approvals SET expires_at = now() WHERE job_id = $1', [job_id]),
      ],
    ];
    for (const [status, end] of ends) {
      const asked = await desk.ask(of('asker', 'agent-7'));
      await end(asked);
      const own = await desk.say('show', {
        tenant_id: 'asker',
        job_id: asked.job_id,
        submitted_by: 'agent-7',
      });
      expect(own['approval']).toMatchObject({ status, job_hash: asked.job_hash });
      expect(own['approval']).not.toHaveProperty('votes');
      for (const [tenant_id, submitted_by] of [
        ['asker', 'agent-8'],
        ['other', 'agent-7'],
      ])
        expect(await desk.say('show', { tenant_id, job_id: asked.job_id, submitted_by })).toEqual({
          ok: false,
          code: 'not_found',
        });
    }
  });
});

describe('changes', () => {
  const changes = (after?: string): Promise<Told> =>
    desk.say('changes', { tenant_id: 'live', ...(after === undefined ? {} : { after }) });
  const told = (answer: Told) =>
    (answer['items'] as { change: string; job_id: string }[]).map(({ change, job_id }) => [change, job_id]);

  it('are told in order, once each, of one tenant', async () => {
    const start = (await changes())['next'] as string;
    const [a, b] = await desk.askAll([of('live', 'a'), of('live', 'a', { approval: { quorum: 2 } })]);
    await desk.ask(of('quiet', 'a'));
    await desk.vote('approve', b!, { tenant_id: 'live' });
    await desk.vote('deny', a!, { tenant_id: 'live' });
    const first = await changes(start);
    expect(told(first)).toEqual([
      ['asked', a!.job_id],
      ['asked', b!.job_id],
      ['changed', b!.job_id],
      ['resolved', a!.job_id],
    ]);
    expect(told(await changes(first['next'] as string))).toEqual([]);
  });

  it('of a transaction that ends late are not passed over', async () => {
    const start = (await changes())['next'] as string;
    const { database } = desk.rig.connections;
    let commit = () => undefined as void;
    const held = new Promise<void>((resolve) => (commit = resolve));
    let written = () => undefined as void;
    const isWritten = new Promise<void>((resolve) => (written = resolve));
    const late = database.transaction(async (sql) => {
      await sql.query(
        `INSERT INTO approval_changes (tenant_id, approval_id, job_id, change) VALUES ('live', 'x', 'late', 'asked')`,
      );
      written();
      await held;
    });
    await isWritten;
    const asked = await desk.ask(of('live', 'a'));
    const before = await changes(start);
    expect(told(before)).toEqual([]);
    commit();
    await late;
    expect(told(await changes(before['next'] as string))).toEqual([
      ['asked', 'late'],
      ['asked', asked.job_id],
    ]);
  });
});
