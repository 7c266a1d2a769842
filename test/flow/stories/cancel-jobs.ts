import { expect, it, vi } from 'vitest';
import { holdOpen } from '../support/held-open.js';
import type { TestPlatform } from '../support/platform.js';

/** What a cancel does to jobs in their several states. */
export function cancelJobs(platform: () => TestPlatform): void {
  it('a job that waits for approval ends, and its approval is withdrawn (D16)', async () => {
    const { api } = platform();
    const job = await api.submit({ topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] });
    await api.awaitsApproval(job.job_id);
    expect((await api.call('POST', `/api/v1/jobs/${job.job_id}/cancel`)).status).toBe(200);
    expect((await api.reaches(job.job_id, 'CANCELLED')).attempts).toEqual([]);
    await vi.waitFor(async () => {
      const approvals = (await api.approvals(true)).filter((item) => item.job_id === job.job_id);
      expect(approvals.map((item) => item.state)).toEqual(['WITHDRAWN']);
    });
    expect(await api.approve(job.job_id)).toMatchObject({ status: 409 });
    expect((await api.job(job.job_id)).state).toBe('CANCELLED');
  });

  it('a running command is stopped with all it started (D16)', async () => {
    const { api, workerDir } = platform();
    const { command, released } = await holdOpen(workerDir, 'cancelled');
    const job = await api.submit({
      topic: 'job.agent.exec.long',
      risk_tags: ['medium'],
      params: { command },
    });
    await api.reaches(job.job_id, 'RUNNING');
    expect((await api.call('POST', `/api/v1/jobs/${job.job_id}/cancel`)).status).toBe(200);
    const view = await api.reaches(job.job_id, 'CANCELLED');
    expect(view.attempts).toMatchObject([{ attempt: 1, outcome: 'cancelled' }]);
    await released;
  });
}
