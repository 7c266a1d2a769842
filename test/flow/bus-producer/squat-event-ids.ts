import {
  EventType,
  eventId,
  poolUser,
  ResultStatus,
  sealJob,
  sourceOf,
  Step,
  Subjects,
  type Result,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { BusProducer } from '../support/bus-producer.js';
import type { TestPlatform } from '../support/platform.js';

/** What becomes of jobs whose event ids somebody takes first, who knows job and hash and so can compute them. */
export function squatEventIds(platform: () => TestPlatform, producer: () => BusProducer): void {
  it('a producer that takes those of a job before it is sent changes nothing for it', async () => {
    const { api, database } = platform();
    const job = {
      job_id: newUlid(),
      topic: 'job.mcp-bridge.write.update_ticket',
      tenant_id: 'default',
      risk_tags: ['prod'],
    };
    const { hash } = sealJob(job, { jobId: job.job_id, agentId: 'local-producer' });
    const steps = [
      [Step.Job, 0],
      [Step.Decision, 0],
      [Step.Approval, 0],
      [Step.Offer, 1],
      [Step.Verdict, 1],
      [Step.Output, 1],
    ] as const;
    await database.query('DELETE FROM policy_evaluator.dead_letters');
    for (const [step, attempt] of steps) {
      // Another number of sending than the victim's: the broker itself must not take it for the same message.
      const event = { id: eventId(job.job_id, step, attempt, hash), sendNumber: 7 };
      expect(await producer().send('a', '{}', event)).toBe('stored');
    }
    await vi.waitFor(async () => {
      const { rowCount } = await database.query('SELECT 1 FROM policy_evaluator.dead_letters');
      expect(rowCount).toBe(steps.length);
    });
    const victim = await api.submit(job);
    expect(victim).toMatchObject({ job_id: job.job_id, job_hash: hash });
    await api.resolve(job.job_id, 'approve');
    await api.reaches(job.job_id, 'COMPLETED');
    await api.trailHas(victim.trace_id, 'job.v1', 'decision.v1', 'approval.resolved.v1', 'offer.v1');
    await api.trailHas(victim.trace_id, 'result.v1', 'verdict.v1', 'output.v1');
  });

  it.each<[string, (lease: string) => Squat]>([
    // It would have to know the lease; even so the scanner goes by where the broker has stored a result.
    ['the very event id of its result', (lease) => ({ suffix: `:${lease}`, sendNumbers: [1_000_000] })],
    [
      'all that can be computed of it, as the message ids that the broker remembers too,',
      () => ({ suffix: '', sendNumbers: Array.from({ length: 10 }, (_, i) => i) }),
    ],
  ])(
    'a worker that takes %s before the result comes does not keep it from being scanned (X08)',
    async (_what, squatOf) => {
      const { api, database, workerDir } = platform();
      const ready = join(workerDir, newUlid());
      const victim = await api.submit({
        topic: 'job.agent.exec.wait',
        risk_tags: ['medium'],
        params: { command: ['sh', '-c', `until [ -e ${ready} ]; do sleep 0.05; done; echo of the victim`] },
      });
      await api.reaches(victim.job_id, 'RUNNING');
      const { rows } = await database.query<{ lease_id: string }>(
        'SELECT lease_id FROM scheduler.attempts WHERE job_id = $1',
        [victim.job_id],
      );
      const forged = await forgeResult(platform(), victim, squatOf(rows[0]!.lease_id));
      const entries = async (type: EventType, text: string) => {
        const { rowCount } = await database.query(
          `SELECT 1 FROM audit_writer.entries WHERE job_id = $1 AND type = $2 AND text LIKE '%' || $3 || '%'`,
          [victim.job_id, type, text],
        );
        return rowCount;
      };
      await vi.waitFor(
        async () => {
          expect(await entries(EventType.Verdict, forged)).toBe(1);
          expect(await entries(EventType.Refused, 'stale_lease')).toBeGreaterThan(0);
        },
        { timeout: 15_000 },
      );
      expect((await api.job(victim.job_id)).state).toBe('RUNNING');
      await writeFile(ready, '');
      const view = await api.reaches(victim.job_id, 'COMPLETED');
      expect(view.attempts).toMatchObject([{ attempt: 1, outcome: 'succeeded' }]);
      const output = JSON.stringify((await api.output(victim.job_id)).body);
      expect(output).toContain('of the victim');
      expect(output).not.toContain('forged');
      await vi.waitFor(async () => expect(await entries(EventType.Verdict, '')).toBe(2));
    },
  );
}

/** The ids that somebody takes: what can be computed, with a suffix, in these numbers of sendings. */
interface Squat {
  readonly suffix: string;
  readonly sendNumbers: readonly number[];
}

/**
 * Publishes, as a worker of another pool, a result of somebody else's job under the ids that its own will have. Gives
 * the digest of the result.
 */
async function forgeResult(
  { servers }: TestPlatform,
  victim: { readonly job_id: string; readonly job_hash: string },
  { suffix, sendNumbers }: Squat,
): Promise<string> {
  const user = poolUser('example');
  const at = new Date().toISOString();
  const result: Result = {
    job_id: victim.job_id,
    attempt: 1,
    run_id: 'run_20261120T140003Z_9f2c41aa',
    lease: { id: newUlid(), epoch: 1 },
    status: ResultStatus.Succeeded,
    output: 'forged',
    error: null,
    constraints_digest: sha256Digest('{}'),
    usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
    started_at: at,
    finished_at: at,
    effects: [],
  };
  const body = JSON.stringify(result);
  const seed = await servers.keys.seedOf(user);
  const squatter = await Bus.connect({ servers: servers.natsUrl, user, seed, apiPrefix: 'CORE.API' });
  const outcomes = await squatter.publish(
    sendNumbers.map((sendNumber) => ({
      subject: Subjects.result.address({ pool: 'example', tail: 'agent.exec.wait' }),
      id: eventId(victim.job_id, Step.Result, 1, victim.job_hash) + suffix,
      type: EventType.Result,
      source: sourceOf('squatter'),
      body,
      time: at,
      jobId: victim.job_id,
      sendNumber,
    })),
  );
  await squatter.close();
  expect(outcomes).toEqual(sendNumbers.map(() => 'stored'));
  return sha256Digest(body);
}
