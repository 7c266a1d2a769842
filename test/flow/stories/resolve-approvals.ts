import { expect, it, vi } from 'vitest';
import type { TestPlatform } from '../support/platform.js';

const write = { topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] };

/** What ends a job that waits for a person. */
export function resolveApprovals(platform: () => TestPlatform): void {
  it('a denied one ends the job and no worker sees it', async () => {
    const { api } = platform();
    const job = await api.submit(write);
    await api.awaitsApproval(job.job_id);
    await api.resolve(job.job_id, 'deny');
    expect((await api.reaches(job.job_id, 'REJECTED')).attempts).toEqual([]);
    expect(await api.output(job.job_id)).toMatchObject({ status: 409 });
  });

  it('one that nobody answers expires by the clock of the database, and can no longer be given (H3, H03)', async () => {
    const { api, database } = platform();
    const job = await api.submit(write);
    await api.awaitsApproval(job.job_id);
    await vi.waitFor(async () => {
      const { rows } = await database.query<{ ttl: number }>(
        `UPDATE approval_service.approvals SET expires_at = now() WHERE job_id = $1
         RETURNING round(extract(epoch FROM (SELECT expires_at - created_at FROM approval_service.approvals WHERE job_id = $1)))::int AS ttl`,
        [job.job_id],
      );
      expect(rows).toEqual([{ ttl: 300 }]);
    });
    expect(await api.approve(job.job_id)).toMatchObject({ status: 409, body: { code: 'expired' } });
    expect((await api.reaches(job.job_id, 'EXPIRED')).attempts).toEqual([]);
    expect(await api.approve(job.job_id)).toMatchObject({ status: 409, body: { code: 'expired' } });
  });
}
