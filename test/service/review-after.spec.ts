import { measureReviews } from '@countersign/approval-service';
import { parseBody, ReviewEvent } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { ack } from '@countersign/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { plantedKey } from '../flow/support/planted-key.js';
import { ReviewBench, theEnds } from './support/review-bench.js';

let servers: TestServers;
let bench: ReviewBench;

beforeAll(async () => {
  servers = await startServers();
  bench = await ReviewBench.open(servers);
});
afterAll(async () => {
  await bench?.rig.close();
  await servers?.stop();
});

describe('released work (H12)', () => {
  it('is on the list once, however often it is told', async () => {
    const jobId = newUlid();
    const event = theEnds([jobId], { tenant: 'once' });
    for (const delivery of [event, event, theEnds([jobId], { tenant: 'once' })])
      expect(await bench.hear(delivery)).toEqual([ack]);
    expect(await bench.list({ tenant_id: 'once' })).toEqual({ ids: [jobId], next: null });
  });

  it('is not on it where nobody is asked to look, or nothing was released', async () => {
    await bench.released(1, { tenant: 'quiet', isMarked: false });
    await bench.released(1, { tenant: 'quiet', state: 'FAILED' });
    expect((await bench.list({ tenant_id: 'quiet' })).ids).toEqual([]);
  });

  it('is listed by age in pages by keys, which marks in between do not shift', async () => {
    const jobs = await bench.released(5, { tenant: 'paged' });
    const first = await bench.list({ tenant_id: 'paged', limit: 2 });
    await bench.see(jobs[0]!, { tenant_id: 'paged' });
    await bench.see(jobs[1]!, { tenant_id: 'paged' });
    const rest = await bench.list({ tenant_id: 'paged', limit: 10, after: first.next });
    expect([...first.ids, ...rest.ids]).toEqual(jobs);
    expect((await bench.list({ tenant_id: 'paged', state: 'waiting' })).ids).toEqual(jobs.slice(2));
    const [answer] = await bench.tell('list', { tenant_id: 'paged', after: newUlid() });
    expect(answer).toEqual({ ok: false, code: 'invalid_field', pointer: '/after' });
  });

  it('is found by agent, topic, age and verdict, and by nobody of another tenant', async () => {
    const [a] = await bench.released(1, { tenant: 'picky', agent: 'agent-a', topic: 'job.pay.refund' });
    const [b] = await bench.released(1, { tenant: 'picky', agent: 'agent-b', topic: 'job.pay_x.refund' });
    await bench.see(b!, { tenant_id: 'picky', verdict: 'problem' });
    await bench.rig.rows(`UPDATE reviews SET waits_since = now() - interval '1 hour' WHERE job_id = $1`, [a]);
    const found = async (filter: object) => (await bench.list({ tenant_id: 'picky', ...filter })).ids;
    expect(await found({ agent_id: 'agent-a' })).toEqual([a]);
    expect(await found({ topic: 'job.pay.>' })).toEqual([a]);
    expect(await found({ topic: 'job.pay_x.refund' })).toEqual([b]);
    expect(await found({ min_age_sec: 3000 })).toEqual([a]);
    expect(await found({ verdict: 'problem' })).toEqual([b]);
    expect((await bench.list({ tenant_id: 'other' })).ids).toEqual([]);
    expect(await bench.see(a!, { tenant_id: 'other' })).toEqual({ ok: false, code: 'not_found' });
  });

  it('tells how much waits and for how long, and nothing else', async () => {
    const [old] = await bench.released(1, { tenant: 'health' });
    await bench.rig.rows(`UPDATE reviews SET waits_since = now() - interval '2 days' WHERE job_id = $1`, [
      old,
    ]);
    const depth = await measureReviews(bench.rig.connections.database);
    expect(Object.keys(depth).sort()).toEqual(['oldest_age_sec', 'waiting']);
    expect(depth.waiting).toBeGreaterThan(0);
    expect(depth.oldest_age_sec).toBeGreaterThanOrEqual(172_800);
    await bench.see(old!, { tenant_id: 'health' });
    expect((await measureReviews(bench.rig.connections.database)).oldest_age_sec).toBeLessThan(172_800);
  });
});

describe('a mark (H12)', () => {
  it('says who looked and what they found, on the list and once in the audit log, without the note', async () => {
    const [job] = await bench.released();
    const secret = plantedKey();
    const answer = await bench.see(job!, { verdict: 'problem', note: `see ${secret}` });
    expect(answer).toMatchObject({
      ok: true,
      review: { job_id: job, state: 'seen', verdict: 'problem', seen_by: 'ann' },
    });
    expect(JSON.stringify(answer)).toContain('see ');
    expect(JSON.stringify(answer)).not.toContain(secret);
    const [told, ...more] = await bench.said(job!);
    expect(more).toEqual([]);
    expect(told?.subject).toBe('event.approval-service.review.problem');
    expect(parseBody(ReviewEvent, Buffer.from(JSON.stringify(told?.body)))).toMatchObject({
      ok: true,
      value: { job_id: job, by: 'ann', verdict: 'problem', attempt: 1, trace_id: '3'.repeat(32) },
    });
    expect(JSON.stringify(told?.body)).not.toContain('see ');
  });

  it('is the same when it is repeated, and a conflict from anybody else or with another word', async () => {
    const [job] = await bench.released();
    const first = await bench.see(job!);
    expect(await bench.see(job!)).toEqual(first);
    expect(await bench.see(job!, { by: 'acme:ann', names: ['Ann'] })).toMatchObject({ ok: true });
    for (const other of [{ by: 'bob' }, { verdict: 'problem' }])
      expect(await bench.see(job!, other)).toEqual({ ok: false, code: 'already_seen', state: 'seen' });
    expect(await bench.said(job!)).toHaveLength(1);
  });

  it('is none of somebody who has edited the job, by any of their names (H7)', async () => {
    const [job] = await bench.released();
    await bench.rig.rows(
      `INSERT INTO approval_edits (tenant_id, job_id, job_hash, job, approval_id, original_job_id, original_job_hash,
                                   changes, by, names, groups, note)
       VALUES ('default', $1, 'h', '{}', $1, 'o', 'h', '[]', 'eve', '["acme:eve"]', '[]', '')`,
      [job],
    );
    for (const by of ['Eve', 'acme:eve'])
      expect(await bench.see(job!, { by })).toEqual({ ok: false, code: 'self_approval', state: 'waiting' });
    expect(await bench.see(job!)).toMatchObject({ ok: true });
  });

  it('of many people at once exactly one counts', async () => {
    for (let round = 0; round < 10; round++) {
      const [job] = await bench.released();
      const looks = ['ann', 'bob', 'cem', 'dan'].map((by, i) => ({
        job_id: job,
        by,
        verdict: i % 2 === 0 ? 'fine' : 'problem',
      }));
      const answers = await Promise.all(looks.map((look) => bench.tell('seen', look)));
      const codes = answers.flat().map((answer) => (answer.ok ? 'counted' : answer.code));
      expect(codes.sort()).toEqual(['already_seen', 'already_seen', 'already_seen', 'counted']);
      expect(await bench.said(job!)).toHaveLength(1);
    }
  });

  it.each([
    ['a program', { by: 'scheduler' }, 'not_a_person'],
    ['a credential that asks for jobs', { is_machine: true }, 'not_a_person'],
    ['the submitter', { by: 'Carol' }, 'self_approval'],
    ['the submitter behind another name', { names: ['carol'] }, 'self_approval'],
    ['the agent itself', { by: 'agent-7' }, 'self_approval'],
  ])('of %s does not count and is flagged (H4, H7)', async (_, who, code) => {
    const [job] = await bench.released(1, { caller: 'carol' });
    expect(await bench.see(job!, who)).toEqual({ ok: false, code, state: 'waiting' });
    const [flagged, ...more] = await bench.said(job!);
    expect(more).toEqual([]);
    expect(flagged).toMatchObject({
      subject: 'event.approval-service.refused',
      body: { what: 'review', reason_code: code, job_id: job },
    });
    expect((await bench.list({ state: 'waiting', limit: 200 })).ids).toContain(job);
  });
});
