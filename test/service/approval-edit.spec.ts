import { sha256Digest } from '@countersign/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { ApprovalDesk, type Asked, type Told } from './support/approval-desk.js';

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

const edit = (asked: Asked, params: object, more: object = {}): Promise<Told> =>
  desk.say('edit', {
    job_id: asked.job_id,
    expected_job_hash: asked.job_hash,
    params,
    by: 'ann',
    note: 'ten times less',
    ...more,
  });
const editedOf = (answer: Told) => answer['edit'] as Asked & { readonly edit_of: string };
/** The bytes and the headers with which the edited job was sent. */
const sentOf = async ({ job_id }: Pick<Asked, 'job_id'>) => {
  const [sent] = await desk.rig.rows<{ body: string; subject: string; headers: Record<string, string> }>(
    `SELECT body, subject, headers FROM outbox WHERE job_id = $1 AND subject LIKE 'from.%'`,
    [job_id],
  );
  return sent;
};

describe('a job that a reviewer has edited (H8)', () => {
  it('is another job with a hash of its own, and the original ends in its favour', async () => {
    const asked = await desk.ask({ caller: 'agent-7' });
    const answer = await edit(asked, { amount: 90 });
    const { job_id, job_hash, edit_of } = editedOf(answer);
    expect([answer.ok, edit_of]).toEqual([true, asked.job_id]);
    expect(job_hash).not.toBe(asked.job_hash);
    expect(await desk.row(asked)).toMatchObject({
      state: 'REJECTED',
      resolved_reason: 'edited',
      resolved_by: 'ann',
      edited_as: job_id,
    });
    const sent = await sentOf({ job_id });
    expect(sent?.subject).toBe('from.approval-service.job.pay.refund');
    expect(sha256Digest(sent!.body)).toBe(job_hash);
    expect(JSON.parse(sent!.body)).toMatchObject({ job_id, params: { amount: 90 }, agent_id: 'agent-7' });
    expect(sent!.headers).toEqual({
      'cs-verified-caller': 'agent-7',
      'cs-verified-producer': 'gateway',
      'cs-verified-by': 'api_key',
    });
    const told = (await desk.said(asked)).map(({ subject, body }) => [
      subject,
      body['reason_code'] ?? body['edited'],
    ]);
    expect(told).toEqual([
      ['approval.job.rejected.pay.refund', 'edited'],
      ['event.approval-service.approval.edited', { job_id, job_hash }],
    ]);
  });

  it('is judged by the policy in exactly its own bytes', async () => {
    const asked = await desk.ask();
    const { job_hash } = editedOf(await edit(asked, { amount: 90 }));
    const question = desk.policyAsked.at(-1);
    expect([question?.job_id, question?.job_hash]).toEqual([asked.job_id, job_hash]);
    expect(sha256Digest(question?.edited ?? '')).toBe(job_hash);
  });

  it('is approved by the edit, of exactly the edited bytes, when the policy asks once more', async () => {
    const asked = await desk.ask({ caller: 'agent-7' });
    const edited = editedOf(await edit(asked, { amount: 90 }));
    const { body } = (await sentOf(edited))!;
    await desk.ask({ jobId: edited.job_id, bytes: body, caller: 'agent-7' });
    expect(await desk.row(edited)).toMatchObject({
      state: 'GRANTED',
      resolved_by: 'ann',
      edit_of: asked.job_id,
      job_hash: edited.job_hash,
    });
    const granted = (await desk.said(edited)).find(({ subject }) => subject.startsWith('approval.'));
    expect(granted?.body).toMatchObject({
      outcome: 'granted',
      job_hash: edited.job_hash,
      votes: [{ voter: 'ann', vote: 'approve', note: 'ten times less' }],
    });
  });

  it('is not approved by the edit in any other bytes', async () => {
    const asked = await desk.ask({ caller: 'agent-7' });
    const edited = editedOf(await edit(asked, { amount: 90 }));
    const { body } = (await sentOf(edited))!;
    await desk.ask({ jobId: edited.job_id, bytes: body.replace('90', '91'), caller: 'agent-7' });
    expect(await desk.stateOf(edited)).toBe('PENDING');
  });

  it('waits for more people where the policy asks for more', async () => {
    const asked = await desk.ask({ caller: 'agent-7' });
    const edited = editedOf(await edit(asked, { amount: 90 }));
    const { body } = (await sentOf(edited))!;
    await desk.ask({ jobId: edited.job_id, bytes: body, caller: 'agent-7', approval: { quorum: 2 } });
    expect(await desk.row(edited)).toMatchObject({ state: 'PENDING', edit_of: asked.job_id });
    expect(await desk.vote('approve', edited, { by: 'ann' })).toMatchObject({ code: 'already_voted' });
    expect(await desk.vote('approve', edited, { by: 'bob' })).toMatchObject({
      approval: { state: 'GRANTED' },
    });
  });

  it('is shown with both jobs and what differs', async () => {
    const asked = await desk.ask({ caller: 'agent-7' });
    const edited = editedOf(await edit(asked, { amount: 90, to: 'x' }));
    const shown = (await desk.say('show', { job_id: asked.job_id }))['approval'];
    expect(shown).toMatchObject({
      status: 'denied',
      resolved_reason: 'edited',
      edit: {
        job_id: edited.job_id,
        original_job_id: asked.job_id,
        by: 'ann',
        original: { params: { amount: 900 } },
        edited: { params: { amount: 90, to: 'x' } },
        changes: [
          { pointer: '/amount', before: 900, after: 90 },
          { pointer: '/to', after: 'x' },
        ],
      },
    });
  });
});

describe('an edit', () => {
  it('that the policy denies can not be approved by anyone; the original still waits', async () => {
    const asked = await desk.ask();
    desk.askPolicy = () => Promise.resolve({ kind: 'denied' });
    expect(await edit(asked, { amount: 1e9 })).toEqual({
      ok: false,
      code: 'policy_denies',
      state: 'PENDING',
    });
    desk.askPolicy = () => Promise.resolve({ kind: 'unavailable' });
    expect(await edit(asked, { amount: 1 })).toEqual({ ok: false, code: 'unavailable' });
    expect(await desk.stateOf(asked)).toBe('PENDING');
    expect(
      await desk.rig.rows('SELECT 1 FROM approval_edits WHERE original_job_id = $1', [asked.job_id]),
    ).toEqual([]);
  });

  it('is one vote: the same people may make it, bound to what they saw, and nobody else (H4)', async () => {
    const asked = await desk.ask({ caller: 'agent-7', approval: { groups: ['finance'] } });
    const finance = { groups: ['finance'] };
    const refusals = [
      [{ by: 'eve' }, 'not_in_group'],
      [{ by: 'agent-7', ...finance }, 'self_approval'],
      [{ by: 'ann', names: ['agent-7'], ...finance }, 'self_approval'],
      [{ by: 'bot', is_machine: true, ...finance }, 'not_a_person'],
      [{ ...finance, expected_job_hash: `sha256:${'b'.repeat(64)}` }, 'stale_request'],
    ] as const;
    for (const [more, code] of refusals)
      expect(await edit(asked, { amount: 1 }, more)).toMatchObject({ code });
    expect(await desk.flagged(asked)).toHaveLength(3);
    expect(await edit(asked, { amount: 900 }, finance)).toEqual({ ok: false, code: 'nothing_edited' });
    expect(await edit(asked, { amount: 1 }, finance)).toMatchObject({ ok: true });
  });

  it('is done once: repeated it is the same, and any other answer comes too late', async () => {
    const asked = await desk.ask();
    const first = await edit(asked, { amount: 1 });
    expect(await edit(asked, { amount: 1 })).toEqual(first);
    expect(await edit(asked, { amount: 2 })).toMatchObject({ code: 'already_resolved', state: 'REJECTED' });
    expect(await edit(asked, { amount: 1 }, { by: 'bob' })).toMatchObject({ code: 'already_resolved' });
    expect(await desk.vote('approve', asked)).toMatchObject({ code: 'already_resolved' });
  });

  it('and an approval at the same time have one winner', async () => {
    for (let round = 0; round < 20; round++) {
      const asked = await desk.ask();
      const both = [() => edit(asked, { amount: round }), () => desk.vote('approve', asked, { by: 'bob' })];
      const answers = await Promise.all((round % 2 ? both : both.reverse()).map((one) => one()));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      const ends = (await desk.said(asked)).filter(({ subject }) => subject.startsWith('approval.'));
      expect(ends).toHaveLength(1);
    }
  });
});
