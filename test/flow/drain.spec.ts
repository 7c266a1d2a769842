import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, JobState } from '@countersign/contracts';
import { describe, expect, it, vi } from 'vitest';
import { MODES, usePlatform, type TestPlatform } from './support/platform.js';

/** What the platform promises, in milliseconds. */
const LIMIT_MS = 10_000;
const TERMINAL = Object.values(JobState).filter(isTerminal);

/** Submits jobs from four clients at once until it is stopped; keeps the ids of those that were accepted. */
function load({ api }: TestPlatform): {
  readonly accepted: readonly string[];
  readonly stop: () => Promise<void>;
} {
  const accepted: string[] = [];
  let submitting = true;
  const submit = async () => {
    const answer = await api.call<{ job_id: string }>('POST', '/api/v1/jobs', {
      topic: 'job.mcp-bridge.read.list_tickets',
      tenant_id: 'default',
    });
    if (answer.status === 202) accepted.push(answer.body.job_id);
  };
  const client = async () => {
    // The gateway is down for a moment: then nothing was accepted.
    while (submitting) await submit().catch(() => delay(20));
  };
  const clients = Promise.all(Array.from({ length: 4 }, client));
  return {
    accepted,
    stop: async () => {
      submitting = false;
      await clients;
    },
  };
}

describe.each(MODES)('SIGTERM under load, %s', (mode) => {
  const platform = usePlatform(mode);

  it('ends every process within 10 s with exit code 0, and no accepted job is lost (F22, I3)', async () => {
    const { api, broker, database, processes } = platform();
    const { accepted, stop } = load(platform());
    const ended = async () => {
      const { rows } = await database.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM scheduler.jobs WHERE job_id = ANY($1) AND state = ANY($2)',
        [[...accepted], TERMINAL],
      );
      return rows[0]!.n;
    };
    let caughtOnTheWay = 0;
    for (const name of processes) {
      const before = accepted.length;
      await vi.waitFor(() => expect(accepted.length).toBeGreaterThan(before + 10), { timeout: 20_000 });
      const { ms, ...how } = await platform().terminate(name);
      expect({ name, ...how }).toEqual({ name, code: 0, signal: null });
      // A limit that the platform promises, not a speed that is measured.
      expect(ms).toBeLessThan(LIMIT_MS);
      caughtOnTheWay += accepted.length - (await ended());
      await platform().launch(name);
    }
    await stop();
    expect(caughtOnTheWay).toBeGreaterThan(0);
    await vi.waitFor(async () => expect(await ended()).toBe(accepted.length), {
      timeout: 90_000,
      interval: 250,
    });
    await broker.settled();
    const { rows } = await database.query<{ state: string; succeeded: number; n: number }>(
      `SELECT state, succeeded, count(*)::int AS n FROM (
         SELECT j.state, (SELECT count(*)::int FROM scheduler.attempts a
                           WHERE a.job_id = j.job_id AND a.outcome = 'succeeded') AS succeeded
           FROM scheduler.jobs j WHERE j.job_id = ANY($1)) job
        GROUP BY state, succeeded`,
      [[...accepted]],
    );
    expect(rows).toEqual([{ state: 'COMPLETED', succeeded: 1, n: accepted.length }]);
    expect(await api.verifiedEntries()).toBeGreaterThan(accepted.length);
  }, 240_000);
});
