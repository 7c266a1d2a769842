import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteFault } from './report/notes.js';
import { FAULTS } from './schedule.js';
import { FaultRun } from './support/fault-run.js';
import { isWholeSuite } from './support/suite.js';
import { timeToRun } from './support/time-to-run.js';

/** Jobs that are on their way when a fault comes. */
const JOBS = 40;
/** The longest fault, an outage and the rest that follows, on a machine that has other work. In milliseconds. */
const AT_MOST_MS = 300_000;

describe.runIf(isWholeSuite)('nothing is lost, run twice or let through', () => {
  let run: FaultRun;
  const seen = new Set<string>();

  beforeAll(async () => {
    run = await FaultRun.start();
  });
  afterAll(() => run?.stop());

  it.each(FAULTS.map((fault) => [fault.id, fault.what, fault] as const))(
    '%s: %s',
    async (id, what, { inject, kills, downMs }) => {
      const sending = run.load.mix(JOBS);
      await inject(run);
      const ms = downMs === undefined ? null : await timeToRun(run);
      await sending;
      const found = (await run.violations()).filter((violation) => !seen.has(JSON.stringify(violation)));
      for (const violation of found) seen.add(JSON.stringify(violation));
      noteFault(`${id} ${what}`, {
        kills,
        downMs: downMs ?? 0,
        accepted: run.load.accepted.length,
        found,
        ms,
      });
      expect(found).toEqual([]);
    },
    AT_MOST_MS,
  );
});
