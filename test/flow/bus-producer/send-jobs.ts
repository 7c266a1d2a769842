import { EventType, type JobRequest } from '@countersign/contracts';
import { expect, it, vi } from 'vitest';
import { aRead, type BusProducer } from '../support/bus-producer.js';
import type { TestPlatform } from '../support/platform.js';

/** What becomes of well-formed jobs. */
export function sendJobs(platform: () => TestPlatform, producer: () => BusProducer): void {
  it('one through its own account, and gets its events and its output', async () => {
    const job = aRead();
    await producer().submit(job);
    await producer().getsOutput(job.job_id);
    await vi.waitFor(() => {
      const told = producer().events.filter(({ body }) =>
        body.jobs.some((each) => each.job_id === job.job_id),
      );
      const states = told.map(({ subject }) => subject.split('.').at(-1));
      expect(states).toEqual(expect.arrayContaining(['accepted', 'running']));
    });
  });

  it('one twice, and it runs once', async () => {
    const { broker, database } = platform();
    const job = aRead();
    await producer().submit(job);
    await producer().submit(job);
    await producer().getsOutput(job.job_id);
    await broker.settled();
    expect(producer().outputsOf(job.job_id)).toHaveLength(1);
    const { rows } = await database.query('SELECT 1 FROM scheduler.attempts WHERE job_id = $1', [job.job_id]);
    expect(rows).toHaveLength(1);
  });

  const hashesOf = async (jobId: string | undefined) => {
    const sql = 'SELECT job_hash FROM policy_evaluator.decisions WHERE job_id = $1';
    const { rows } = await platform().database.query<{ job_hash: string }>(sql, [jobId]);
    return rows.map((row) => row.job_hash);
  };
  const refusalsOf = async (jobId: string | undefined) => {
    const sql = 'SELECT text FROM audit_writer.entries WHERE job_id = $1 AND type = $2';
    const { rows } = await platform().database.query<{ text: string }>(sql, [jobId, EventType.Refused]);
    return rows.map((row) => row.text).join('\n');
  };
  const isRefused = async (job: JobRequest, code: string) => {
    await producer().submit(job);
    await vi.waitFor(async () => expect(await refusalsOf(job.job_id)).toContain(code), { timeout: 15_000 });
  };

  it('one of another tenant, which is refused, and the refusal is audited', async () => {
    const job = aRead({ tenant_id: 'victim' });
    await isRefused(job, 'tenant_mismatch');
    expect(await hashesOf(job.job_id)).toEqual([]);
  });

  it('one under a known id with other content, which is refused, and the refusal is audited', async () => {
    const job = aRead();
    await producer().submit(job);
    await producer().getsOutput(job.job_id);
    const [decided] = await hashesOf(job.job_id);
    expect(decided).toBeDefined();
    await isRefused({ ...job, labels: { changed: 'yes' } }, 'job_id_conflict');
    await platform().broker.settled();
    expect(await hashesOf(job.job_id)).toEqual([decided]);
    expect(producer().outputsOf(job.job_id)).toHaveLength(1);
  });
}
