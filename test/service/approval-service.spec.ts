import { forgetExcessHalves, MAX_HALVES } from '@countersign/approval-service';
import { CONSUMERS, JobState } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { ApprovalBench, TAIL, theEnd, theEvent, theQuarantine } from './support/approval-bench.js';

const ROUNDS = 20;
let servers: TestServers;
let service: ApprovalBench;

beforeAll(async () => {
  servers = await startServers();
  service = await ApprovalBench.open(servers);
});
afterAll(async () => {
  await service?.rig.close();
  await servers?.stop();
});

describe('approve, deny, expiry and withdrawal at the same time (H04)', () => {
  it.each([
    ['job', CONSUMERS.scheduleApprovals],
    ['output', CONSUMERS.releaseOutputs],
  ] as const)('give a question about a %s one outcome and one message', async (kind, consumer) => {
    const told = new Map<string, string[]>();
    for (let round = 0; round < ROUNDS; round++) {
      const { jobId, state, counted } = await service.race(kind, round);
      const outcome = state?.toLowerCase() ?? '';
      expect(['granted', 'rejected', 'expired', 'withdrawn']).toContain(outcome);
      const voted = outcome === 'granted' || outcome === 'rejected';
      expect(counted).toEqual(voted ? [state] : []);
      // A job's own event has told that it ended; an output's bytes have to be let go of.
      const expected = outcome === 'withdrawn' && kind === 'job' ? [] : [outcome];
      expect(await service.outcomesOf(jobId)).toEqual(expected);
      told.set(jobId, expected);
    }
    const heard = await service.heardBy(consumer, kind);
    for (const [jobId, outcomes] of told) expect(heard.get(jobId) ?? []).toEqual(outcomes);
  });
});

describe('the end of a question’s time', () => {
  it('refuses a vote after it, before any sweep has come by (H3, H03)', async () => {
    const jobId = await service.opened('job');
    await service.rig.rows('UPDATE approvals SET expires_at = now() WHERE job_id = $1', [jobId]);
    expect(await service.vote(jobId, 'approve')).toEqual({ ok: false, code: 'expired', state: 'EXPIRED' });
    expect(await service.stateOf(jobId)).toBe('PENDING');
    await service.expire();
    expect(await service.stateOf(jobId)).toBe('EXPIRED');
    expect(await service.vote(jobId, 'approve')).toEqual({ ok: false, code: 'expired', state: 'EXPIRED' });
    expect(await service.outcomesOf(jobId)).toEqual(['expired']);
  });

  it.each(['2000-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])(
    'is told by the database, whatever the process takes for the time (%s)',
    async (wrong) => {
      const [over, open] = [await service.opened('job'), await service.opened('job')];
      await service.rig.rows(`UPDATE approvals SET expires_at = now() WHERE job_id = $1`, [over]);
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(wrong) });
      try {
        const late = newUlid();
        await service.ask(late);
        await service.expire();
        expect([
          await service.stateOf(over),
          await service.stateOf(open),
          await service.stateOf(late),
        ]).toEqual(['EXPIRED', 'PENDING', 'PENDING']);
        expect(await service.vote(over, 'approve')).toEqual({ ok: false, code: 'expired', state: 'EXPIRED' });
        expect(await service.vote(open, 'approve')).toMatchObject({
          ok: true,
          approval: { state: 'GRANTED' },
        });
        expect(await service.vote(late, 'approve')).toMatchObject({
          ok: true,
          approval: { state: 'GRANTED' },
        });
      } finally {
        vi.useRealTimers();
      }
    },
  );
});

describe('a job that ends before it runs', () => {
  it('is not asked about any more when its question comes after its end', async () => {
    const jobId = newUlid();
    await service.hear(theEnd(jobId, 'job'));
    await service.ask(jobId);
    expect(await service.stateOf(jobId)).toBe('WITHDRAWN');
    expect(await service.vote(jobId, 'approve')).toEqual({
      ok: false,
      code: 'already_resolved',
      state: 'WITHDRAWN',
    });
  });

  it('leaves no open question when question and end are handled at once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const jobId = newUlid();
      const both = [() => service.ask(jobId), () => service.hear(theEnd(jobId, 'job'))];
      await Promise.all(both.map((_, i) => both[(i + round) % 2]!()));
      expect(await service.stateOf(jobId)).toBe('WITHDRAWN');
    }
  });

  it.each([JobState.Expired, JobState.Cancelled, JobState.Failed])('by %s is remembered', async (state) => {
    const jobId = newUlid();
    await service.hear(theEvent(jobId, state, 0));
    await service.ask(jobId);
    expect(await service.stateOf(jobId)).toBe('WITHDRAWN');
  });

  it('has one effect when its event comes again', async () => {
    const jobId = await service.opened('job');
    const event = theEnd(jobId, 'job');
    for (let delivery = 0; delivery < 2; delivery++)
      expect(await service.hear(event)).toEqual([{ kind: 'ack' }]);
    expect(await service.stateOf(jobId)).toBe('WITHDRAWN');
    expect(await service.rig.rows('SELECT 1 FROM ended_jobs WHERE job_id = $1', [jobId])).toHaveLength(1);
  });
});

describe('events of jobs that no question can be open about', () => {
  const states = Object.values(JobState).filter(
    (state) => state !== JobState.Quarantined && state !== JobState.Withheld,
  );

  it('are acknowledged without a statement', async () => {
    const { database } = service.rig.connections;
    const spies = [vi.spyOn(database, 'transaction'), vi.spyOn(database, 'query')];
    try {
      const batch = [...states, 'accepted' as const].map((state) => theEvent(newUlid(), state, 1));
      expect(await service.hear(...batch)).toEqual(batch.map(() => ({ kind: 'ack' })));
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  it('do not keep the others of their batch from being handled, and what fails of them comes again', async () => {
    const jobId = await service.opened('job');
    const batch = [theEvent(newUlid(), JobState.Running, 1), theEnd(jobId, 'job')];
    const failing = vi
      .spyOn(service.rig.connections.database, 'transaction')
      .mockRejectedValueOnce(Object.assign(new Error('terminating connection'), { code: '57P01' }));
    await expect(service.hear(...batch)).rejects.toThrow('terminating');
    failing.mockRestore();
    expect(await service.stateOf(jobId)).toBe('PENDING');
    expect(await service.hear(...batch)).toEqual([{ kind: 'ack' }, { kind: 'ack' }]);
    expect(await service.stateOf(jobId)).toBe('WITHDRAWN');
  });
});

describe('a question about a quarantined output', () => {
  it('opens once, whichever half comes first or both at once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const jobId = newUlid();
      const both = [
        () => service.hold(theQuarantine(jobId)),
        () => service.hear(theEvent(jobId, JobState.Quarantined, 1)),
      ];
      await Promise.all(both.map((_, i) => both[(i + round) % 2]!()));
      expect(await service.stateOf(jobId)).toBe('PENDING');
      expect(await service.rig.rows('SELECT 1 FROM held_verdicts WHERE job_id = $1', [jobId])).toEqual([]);
    }
  });

  it('is about the topic that was decided, not the one a worker names', async () => {
    const jobId = newUlid();
    await service.ask(jobId);
    expect(await service.vote(jobId, 'approve')).toMatchObject({ ok: true });
    await service.hold(theQuarantine(jobId, 'mcp-bridge.read.harmless'));
    await service.hear(theEvent(jobId, JobState.Quarantined, 1));
    expect(
      await service.rig.rows(`SELECT topic FROM approvals WHERE job_id = $1 AND kind = 'output'`, [jobId]),
    ).toEqual([{ topic: `job.${TAIL}` }]);
  });

  it('does not open for made-up results, which are forgotten but for the latest of their pool', async () => {
    const forged = Array.from({ length: 2 * MAX_HALVES }, () => theQuarantine(newUlid()));
    await service.hold(...forged);
    const honest = newUlid();
    await service.hold(theQuarantine(honest));
    await service.rig.connections.road.run(forgetExcessHalves);
    expect(await service.rig.rows('SELECT 1 FROM held_verdicts')).toHaveLength(MAX_HALVES);
    await service.hear(theEvent(honest, JobState.Quarantined, 1));
    expect(await service.stateOf(honest)).toBe('PENDING');
  });
});
