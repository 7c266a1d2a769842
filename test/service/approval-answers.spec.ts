import { escalateApprovals } from '@countersign/approval-service';
import { newUlid } from '@countersign/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { ApprovalDesk, type Asked, type Told } from './support/approval-desk.js';

/** Pairs of answers in the usual run; APPROVAL_PAIRS has more of them. */
const PAIRS = Number(process.env['APPROVAL_PAIRS'] ?? 100);
/** Pairs that are on their way at once. */
const AT_ONCE = 50;
/** Put together here, so that nothing takes this file for a leak. */
const SECRET = ['AKIA', 'Z7QX4M2K6RT5WB3N'].join('');
const OTHER_HASH = `sha256:${'b'.repeat(64)}`;

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
afterEach(() => {
  desk.askPolicy = () => Promise.resolve({ kind: 'open', terms: { quorum: 1, groups: [], confirm: null } });
});

const outcomes = async (asked: Pick<Asked, 'job_id'>) =>
  (await desk.said(asked))
    .filter(({ subject }) => subject.startsWith('approval.'))
    .map(({ body }) => body['outcome']);

describe('H04: an approval and a denial at the same time', () => {
  it(`have one winner and one message, in each of ${PAIRS} pairs`, async () => {
    for (let done = 0; done < PAIRS; done += AT_ONCE) {
      const asked = await desk.askAll(Array.from({ length: Math.min(AT_ONCE, PAIRS - done) }, () => ({})));
      const races = await Promise.all(
        asked.map((one, i) => {
          const votes = [
            () => desk.vote('approve', one, { by: 'ann' }),
            () => desk.vote('deny', one, { by: 'bob' }),
          ];
          return Promise.all((i % 2 === 0 ? votes : votes.reverse()).map((vote) => vote()));
        }),
      );
      for (const [i, answers] of races.entries()) {
        const [winner, loser] = [answers.filter(({ ok }) => ok), answers.filter(({ ok }) => !ok)];
        expect([winner.length, loser[0]?.code]).toEqual([1, 'already_resolved']);
        const { state } = winner[0]!['approval'] as { state: string };
        expect(loser[0]?.state).toBe(state);
        expect(await outcomes(asked[i]!)).toEqual([state.toLowerCase()]);
      }
    }
  });

  it('have one of them told when they come in one batch', async () => {
    const asked = await desk.ask();
    const bodies = ['ann', 'bob', 'cem'].map((by) => ({ job_id: asked.job_id, vote: 'deny', by }));
    const answers = await desk.tell('resolve', ...bodies);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(await outcomes(asked)).toEqual(['rejected']);
  });
});

describe('an answer', () => {
  it('changes nothing when it is repeated by the same person, and is refused from any other (case 38)', async () => {
    const asked = await desk.ask();
    const first = await desk.vote('approve', asked, { note: 'ticket 4711' });
    expect(await desk.vote('approve', asked)).toEqual(first);
    expect(await desk.vote('approve', asked, { by: 'Ann' })).toEqual(first);
    for (const other of [
      desk.vote('deny', asked),
      desk.vote('approve', asked, { by: 'bob' }),
      desk.vote('deny', asked, { by: 'bob' }),
    ])
      expect(await other).toEqual({ ok: false, code: 'already_resolved', state: 'GRANTED' });
    expect(await outcomes(asked)).toEqual(['granted']);
    expect(JSON.parse((await desk.row(asked))['votes'] as string)).toHaveLength(1);
  });

  it('is bound to what was seen (H8, case 29)', async () => {
    const asked = await desk.ask();
    const stale = await desk.vote('approve', asked, { expected_job_hash: OTHER_HASH });
    expect(stale).toEqual({ ok: false, code: 'stale_request', state: 'PENDING' });
    expect(await desk.vote('approve', asked, { expected_job_hash: asked.job_hash })).toMatchObject({
      ok: true,
    });
  });

  it('approves nothing whose stored bytes were changed since (H06, case 30)', async () => {
    const asked = await desk.ask();
    await desk.rig.rows(`UPDATE approvals SET job = replace(job, '900', '9000') WHERE job_id = $1`, [
      asked.job_id,
    ]);
    const stale = { ok: false, code: 'stale_request', state: 'PENDING' };
    expect(await desk.vote('approve', asked)).toEqual(stale);
    expect(await desk.vote('approve', asked, { expected_job_hash: asked.job_hash })).toEqual(stale);
    expect(await desk.vote('deny', asked)).toMatchObject({ ok: true });
  });

  it('keeps no secret of its note (case 43)', async () => {
    const asked = await desk.ask();
    await desk.vote('approve', asked, { note: `key ${SECRET} here` });
    expect(JSON.stringify(await desk.row(asked))).not.toContain(SECRET);
    expect(JSON.stringify(await desk.said(asked))).not.toContain(SECRET);
  });
});

describe('who may answer (H4, H13, cases 41 and 45)', () => {
  it('is nobody that is a program: refused and flagged, both ways', async () => {
    const asked = await desk.ask();
    for (const by of ['scheduler', 'mcp', 'local-producer'])
      for (const vote of ['approve', 'deny'] as const)
        expect(await desk.vote(vote, asked, { by })).toMatchObject({ ok: false, code: 'not_a_person' });
    expect(await desk.vote('approve', asked, { by: 'bob', is_machine: true })).toMatchObject({
      code: 'not_a_person',
    });
    expect(await desk.stateOf(asked)).toBe('PENDING');
    const flags = await desk.flagged(asked);
    expect(flags).toHaveLength(7);
    expect(flags).toContainEqual(['not_a_person', 'bob']);
  });

  it('is not the submitter, nor the same person by another credential: refused and flagged', async () => {
    const asked = await desk.ask({ caller: 'ann-agent' });
    for (const more of [{ by: 'ann-agent' }, { by: 'ANN-agent' }, { by: 'ann', names: ['ann-agent'] }])
      for (const vote of ['approve', 'deny'] as const)
        expect(await desk.vote(vote, asked, more)).toMatchObject({ ok: false, code: 'self_approval' });
    expect(await desk.flagged(asked)).toHaveLength(6);
    expect(await desk.vote('approve', asked, { by: 'bob' })).toMatchObject({ ok: true });
  });

  it('is as many different people as the quorum says, of the groups that are asked (H7)', async () => {
    const asked = await desk.ask({ approval: { quorum: 2, groups: ['finance'] } });
    const finance = { groups: ['finance'] };
    expect(await desk.vote('approve', asked, { by: 'eve' })).toMatchObject({ code: 'not_in_group' });
    expect(await desk.vote('approve', asked, { by: 'ann', ...finance })).toMatchObject({
      approval: { state: 'PENDING', resolved_by: null },
    });
    expect(await desk.vote('approve', asked, { by: 'ann', ...finance })).toMatchObject({
      code: 'already_voted',
    });
    const alias = { by: 'acme:ann', names: ['ann'], ...finance };
    expect(await desk.vote('approve', asked, alias)).toMatchObject({ code: 'already_voted' });
    expect(await desk.vote('approve', asked, { by: 'bob', ...finance })).toMatchObject({
      approval: { state: 'GRANTED', resolved_by: 'bob' },
    });
    const [{ body } = { body: {} as Record<string, unknown> }] = await desk.said(asked);
    expect((body['votes'] as { voter: string }[]).map(({ voter }) => voter)).toEqual(['ann', 'bob']);
  });

  it('gives each seat of a quorum once, when many want it at the same time', async () => {
    const asked = await desk.ask({ approval: { quorum: 3 } });
    const people = Array.from({ length: 12 }, (_, i) => `person-${i % 6}`);
    const answers = await Promise.all(people.map((by) => desk.vote('approve', asked, { by })));
    const votes = JSON.parse((await desk.row(asked))['votes'] as string) as { voter: string }[];
    expect(new Set(votes.map(({ voter }) => voter)).size).toBe(3);
    expect(votes).toHaveLength(3);
    expect(answers.some(({ ok }) => !ok)).toBe(true);
    expect(await outcomes(asked)).toEqual(['granted']);
  });

  it('needs the name of the action typed where the policy says so (H5)', async () => {
    const asked = await desk.ask({ approval: { confirm: true }, job: { action: 'wire_money' } });
    for (const confirm of [undefined, 'yes', 'WIRE_MONEY'])
      expect(await desk.vote('approve', asked, { confirm })).toEqual({
        ok: false,
        code: 'confirmation_required',
        state: 'PENDING',
      });
    expect(await desk.vote('approve', asked, { confirm: 'wire_money' })).toMatchObject({ ok: true });
  });
});

describe('an escalation (H7)', () => {
  const wish = { approval: { groups: ['sre'], escalate_after_sec: 60, escalate_to: ['leads'] } };
  const passes = (asked: Asked) =>
    desk.rig.rows('UPDATE approvals SET escalate_at = now() WHERE job_id = $1', [asked.job_id]);

  it('lets others answer after a time of the database, swept or not, and never before', async () => {
    const asked = await desk.ask(wish);
    const lead = { by: 'lea', groups: ['leads'] };
    expect(await desk.vote('approve', asked, lead)).toMatchObject({ code: 'not_in_group' });
    await passes(asked);
    expect(await desk.vote('approve', asked, lead)).toMatchObject({ ok: true });
  });

  it('is told once', async () => {
    const asked = await desk.ask(wish);
    await passes(asked);
    for (let sweep = 0; sweep < 2; sweep++) await desk.rig.connections.road.run(escalateApprovals);
    const told = (await desk.said(asked)).filter(({ subject }) => subject.endsWith('.escalated'));
    expect(told.map(({ body }) => [body['change'], body['groups'], body['by']])).toEqual([
      ['escalated', ['leads'], null],
    ]);
    expect(await desk.stateOf(asked)).toBe('PENDING');
  });
});

describe('a policy that has changed since (H9, case 35)', () => {
  it('denies: nobody approves, and the job ends as it would now', async () => {
    const asked = await desk.ask();
    desk.askPolicy = () => Promise.resolve({ kind: 'denied' });
    expect(await desk.vote('approve', asked)).toEqual({
      ok: false,
      code: 'policy_changed',
      state: 'REJECTED',
    });
    const [{ body } = { body: {} as Record<string, unknown> }] = await desk.said(asked);
    expect([body['outcome'], body['reason_code'], body['votes']]).toEqual(['rejected', 'policy_changed', []]);
    expect(await desk.row(asked)).toMatchObject({ resolved_reason: 'policy_changed', resolved_by: null });
  });

  it('cannot be asked: nobody approves, and the question stays', async () => {
    const asked = await desk.ask();
    desk.askPolicy = () => Promise.resolve({ kind: 'unavailable' });
    expect(await desk.vote('approve', asked)).toEqual({ ok: false, code: 'unavailable' });
    expect(await desk.stateOf(asked)).toBe('PENDING');
    expect(await desk.vote('deny', asked)).toMatchObject({ ok: true });
  });

  it('asks for more: the question gets no easier by having waited', async () => {
    const asked = await desk.ask();
    desk.askPolicy = () =>
      Promise.resolve({ kind: 'open', terms: { quorum: 2, groups: ['finance'], confirm: 'refund' } });
    const enough = { groups: ['finance'], confirm: 'refund' };
    expect(await desk.vote('approve', asked, { by: 'ann' })).toMatchObject({ code: 'not_in_group' });
    expect(await desk.vote('approve', asked, { by: 'ann', groups: ['finance'] })).toMatchObject({
      code: 'confirmation_required',
    });
    expect(await desk.vote('approve', asked, { by: 'ann', ...enough })).toMatchObject({
      approval: { state: 'PENDING' },
    });
    expect(await desk.row(asked)).toMatchObject({ quorum: 2, groups: '["finance"]', confirm: 'refund' });
    expect(await desk.vote('approve', asked, { by: 'bob', ...enough })).toMatchObject({
      approval: { state: 'GRANTED' },
    });
  });

  it('is not asked for votes that do not count, nor for denials', async () => {
    const asked = await desk.ask({ approval: { groups: ['sre'] } });
    const before = desk.policyAsked.length;
    await desk.vote('approve', asked, { by: 'eve' });
    await desk.vote('approve', asked, { by: 'local-producer' });
    await desk.vote('deny', asked, { by: 'sam', groups: ['sre'] });
    await desk.vote('approve', asked, { by: 'sam', groups: ['sre'] });
    expect(desk.policyAsked.slice(before)).toEqual([]);
  });
});

describe('taking back', () => {
  it('is for who asked, or an operator; for anybody else there is nothing', async () => {
    const asked = await desk.ask({ caller: 'agent-7' });
    const takeBack = (more: object) => desk.say('withdraw', { job_id: asked.job_id, ...more });
    expect(await takeBack({ by: 'agent-8' })).toEqual({ ok: false, code: 'not_found' });
    const first = await takeBack({ by: 'agent-7' });
    expect(first).toMatchObject({ ok: true, approval: { state: 'WITHDRAWN', resolved_by: 'agent-7' } });
    expect(await takeBack({ by: 'agent-7' })).toEqual(first);
    expect(await outcomes(asked)).toEqual(['withdrawn']);
    expect(await desk.vote('approve', asked)).toEqual({
      ok: false,
      code: 'already_resolved',
      state: 'WITHDRAWN',
    });
    const other = await desk.ask({ caller: 'agent-7' });
    expect(await desk.say('withdraw', { job_id: other.job_id, by: 'ops', is_operator: true })).toMatchObject({
      ok: true,
    });
  });

  it('comes too late for what is resolved', async () => {
    const asked = await desk.ask({ caller: 'agent-7' });
    await desk.vote('approve', asked);
    expect(await desk.say('withdraw', { job_id: asked.job_id, by: 'agent-7' })).toEqual({
      ok: false,
      code: 'already_resolved',
      state: 'GRANTED',
    });
  });
});

describe('a comment', () => {
  it('answers nothing, keeps no secret, and is told without its words', async () => {
    const asked = await desk.ask();
    const note = `who is ${SECRET}?`;
    expect(await desk.say('comment', { job_id: asked.job_id, by: 'ann', note })).toMatchObject({ ok: true });
    expect(await desk.stateOf(asked)).toBe('PENDING');
    const shown = (await desk.say('show', { job_id: asked.job_id }))['approval'] as { comments: Told[] };
    expect(shown.comments).toMatchObject([{ by: 'ann' }]);
    const all = JSON.stringify([shown, await desk.said(asked)]);
    expect(all).not.toContain(SECRET);
    expect(JSON.stringify(await desk.said(asked))).not.toContain('who is');
  });

  it('is about something', async () => {
    expect(await desk.say('comment', { job_id: newUlid(), by: 'ann', note: 'x' })).toEqual({
      ok: false,
      code: 'not_found',
    });
  });
});
