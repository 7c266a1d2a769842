import {
  EventType,
  eventId,
  sealJob,
  Service,
  serviceUser,
  sourceOf,
  Step,
  Subjects,
} from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MODES, usePlatform } from './support/platform.js';

const TAIL = 'mcp-bridge.write.update_ticket';
const PATIENTLY = { timeout: 15_000, interval: 100 };

/** What is put where offers are, by whoever has the scheduler's key for the broker, but not its database. */
interface Forged {
  readonly job_id: string;
  readonly job_hash: string;
  readonly job: string;
  readonly attempt: number;
}

describe.each(MODES)('an offer that the scheduler never made, %s', (mode) => {
  const platform = usePlatform(mode);
  let thief: Bus;

  beforeAll(async () => {
    const { servers } = platform();
    const user = serviceUser(Service.Scheduler);
    thief = await Bus.connect({ servers: servers.natsUrl, user, seed: await servers.keys.seedOf(user) });
  });
  afterAll(() => thief.close());

  const place = async ({ job_id, job_hash, job, attempt }: Forged) => {
    const [outcome] = await thief.publish([
      {
        subject: Subjects.dispatch.address({ pool: 'mcp', tail: TAIL }),
        id: eventId(job_id, Step.Offer, attempt, job_hash),
        type: EventType.Offer,
        source: sourceOf(Service.Scheduler),
        body: JSON.stringify({
          ...{ job_id, job_hash, job, attempt, pool: 'mcp' },
          offer_expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        }),
        time: new Date().toISOString(),
        jobId: job_id,
        sendNumber: 77,
      },
    ]);
    expect(outcome).toBe('stored');
  };
  /** A job that would give a ticket a title, and whether any ticket has it. */
  const titling = (title: string) => {
    const params = { title };
    const job = { topic: `job.${TAIL}`, tenant_id: 'default', risk_tags: ['prod'], params };
    const ran = async () => {
      const { api } = platform();
      const read = await api.submit({ topic: 'job.mcp-bridge.read.get_ticket', params: { ticket: 'T-1' } });
      await api.reaches(read.job_id, 'COMPLETED');
      return JSON.stringify((await api.output(read.job_id)).body).includes(title);
    };
    return { job, ran };
  };
  /** Until the trail of the job tells that a worker would not take the offer. */
  const told = (jobId: string) =>
    vi.waitFor(async () => {
      const { rows } = await platform().database.query<{ text: string }>(
        'SELECT text FROM audit_writer.entries WHERE job_id = $1 AND type = $2',
        [jobId, EventType.Result],
      );
      // The run id of a run that never was: see `report-bad-offer.ts`.
      expect(rows.map(({ text }) => text).join()).toMatch(/_00000000".*"status":"failed"/);
    }, PATIENTLY);

  it('of a job that waits for a person is not run, and the job goes on waiting (D2)', async () => {
    const { api, database } = platform();
    const { job, ran } = titling('not approved');
    const waiting = await api.submit(job);
    await api.reaches(waiting.job_id, 'PENDING_APPROVAL');
    const { rows } = await database.query<{ job: string }>(
      `SELECT message::json ->> 'job' AS job FROM policy_evaluator.decisions WHERE job_id = $1`,
      [waiting.job_id],
    );
    await place({ ...waiting, job: rows[0]!.job, attempt: 1 });
    await told(waiting.job_id);
    expect(await api.job(waiting.job_id)).toMatchObject({ state: 'PENDING_APPROVAL', attempts: [] });
    expect(await ran()).toBe(false);
  });

  it('of a job that nobody ever submitted is not run, and told (D2, I1)', async () => {
    const { job, ran } = titling('never heard of');
    const job_id = newUlid();
    const { text, hash } = sealJob({ ...job, job_id }, { jobId: job_id, agentId: 'nobody' });
    await place({ job_id, job_hash: hash, job: text, attempt: 1 });
    await told(job_id);
    expect(await ran()).toBe(false);
  });

  it('with other bytes for a job that was approved runs neither those, nor keeps the true ones from running (H06)', async () => {
    const { api } = platform();
    const wanted = titling('as approved');
    const other = titling('swapped');
    const waiting = await api.submit(wanted.job);
    await api.reaches(waiting.job_id, 'PENDING_APPROVAL');
    const { text } = sealJob(
      { ...other.job, job_id: waiting.job_id },
      { jobId: waiting.job_id, agentId: 'local-producer' },
    );
    await place({ job_id: waiting.job_id, job_hash: waiting.job_hash, job: text, attempt: 1 });
    await told(waiting.job_id);
    await api.resolve(waiting.job_id, 'approve');
    await api.reaches(waiting.job_id, 'COMPLETED');
    expect([await wanted.ran(), await other.ran()]).toEqual([true, false]);
  });
});
