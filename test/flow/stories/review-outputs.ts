import { expect, it } from 'vitest';
import type { TestPlatform } from '../support/platform.js';
import { fullFile } from '../support/full-file.js';

/** What becomes of outputs that can't be released as they are. */
export function reviewOutputs(platform: () => TestPlatform): void {
  it('a quarantined one that is approved is released without another run (O4)', async () => {
    const { api, workerDir } = platform();
    const job = await api.submit(await fullFile(workerDir));
    await api.reaches(job.job_id, 'QUARANTINED');
    expect(await api.output(job.job_id)).toMatchObject({ status: 409 });
    await api.resolve(job.job_id, 'approve', 'output');
    const view = await api.reaches(job.job_id, 'COMPLETED');
    expect(view.attempts).toHaveLength(1);
    expect(await api.output(job.job_id)).toMatchObject({ status: 200 });
  });

  it('one over 512 KiB is released as a blob (O5)', async () => {
    const { api } = platform();
    const command = ['sh', '-c', 'head -c 700000 /dev/zero | tr "\\0" a'];
    const job = await api.submit({ topic: 'job.agent.exec.big', risk_tags: ['medium'], params: { command } });
    await api.reaches(job.job_id, 'COMPLETED');
    const { body } = await api.call('GET', `/api/v1/jobs/${job.job_id}`);
    expect(body['output_blob']).toMatchObject({ media_type: 'application/json' });
    expect((body['output_blob'] as { size: number }).size).toBeGreaterThan(700_000);
  });
}
