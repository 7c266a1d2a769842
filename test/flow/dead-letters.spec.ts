import { EventType, poolUser, Service, serviceUser, sourceOf, Subjects } from '@countersign/contracts';
import { newTraceparent, newUlid } from '@countersign/kernel';
import { Bus, type Outgoing } from '@countersign/messaging';
import { describe, expect, it, vi } from 'vitest';
import { MODES, usePlatform } from './support/platform.js';

describe.each(MODES)('a job whose message is lost to a dead letter, %s (F18)', (mode) => {
  const platform = usePlatform(mode);

  async function send(user: string, message: Pick<Outgoing, 'subject' | 'type' | 'source'>, jobId: string) {
    const { servers } = platform();
    const bus = await Bus.connect({
      servers: servers.natsUrl,
      user,
      name: user,
      seed: await servers.keys.seedOf(user),
    });
    const time = new Date().toISOString();
    const sent = { ...message, id: newUlid(), body: '{}', time, jobId, traceparent: newTraceparent() };
    expect(await bus.publish([sent])).toEqual(['stored']);
    await bus.close();
  }
  const count = async (sql: string, jobId: string) =>
    (await platform().database.query<object>(sql, [jobId])).rows.length;
  const noted = (jobId: string) => count('SELECT 1 FROM scheduler.dead_jobs WHERE job_id = $1', jobId);
  const buried = (jobId: string) =>
    count(
      `SELECT job_id FROM scheduler.dead_letters WHERE job_id = $1
       UNION ALL SELECT job_id FROM output_scanner.dead_letters WHERE job_id = $1`,
      jobId,
    );
  const waiting = () =>
    platform().api.submit({ topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] });

  it('ends FAILED when nobody mends it within fifteen minutes', async () => {
    const { api, database } = platform();
    const job = await waiting();
    await api.reaches(job.job_id, 'PENDING_APPROVAL');
    const subject = Subjects.approvalJob.address({
      outcome: 'granted',
      tail: 'mcp-bridge.write.update_ticket',
    });
    const approval = { subject, type: EventType.ApprovalResolved, source: sourceOf(Service.ApprovalService) };
    await send(serviceUser(Service.ApprovalService), approval, job.job_id);
    await vi.waitFor(async () => expect(await noted(job.job_id)).toBe(1), { timeout: 15_000 });
    expect((await api.job(job.job_id)).state).toBe('PENDING_APPROVAL');
    await database.query(
      `UPDATE scheduler.dead_jobs SET noted_at = noted_at - interval '15 minutes' WHERE job_id = $1`,
      [job.job_id],
    );
    expect(await api.reaches(job.job_id, 'FAILED')).toMatchObject({ reason_code: 'dead_lettered' });
    expect(await noted(job.job_id)).toBe(0);
  });

  it('goes on when a worker merely says that a broken message is about it (X08)', async () => {
    const { api } = platform();
    const job = await waiting();
    await api.reaches(job.job_id, 'PENDING_APPROVAL');
    const subject = Subjects.result.address({ pool: 'mcp', tail: 'mcp-bridge.write.update_ticket' });
    const result = { subject, type: EventType.Result, source: '/countersign/worker/mcp-1' };
    await send(poolUser('mcp'), result, job.job_id);
    await vi.waitFor(async () => expect(await buried(job.job_id)).toBe(2), { timeout: 15_000 });
    await platform().broker.settled();
    expect(await noted(job.job_id)).toBe(0);
  });
});
