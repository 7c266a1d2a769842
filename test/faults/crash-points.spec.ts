import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Violation } from './checker/history.js';
import { FEW_POINTS, ROAD_POINTS, type CrashPoint } from './crash-points.js';
import { noteFault } from './report/notes.js';
import { FaultRun } from './support/fault-run.js';
import { isWholeSuite } from './support/suite.js';
import { timeToRun } from './support/time-to-run.js';

/** A start, two jobs and a second delivery, on a machine that has other work. In milliseconds. */
const AT_MOST_MS = 150_000;

const POINTS = isWholeSuite ? ROAD_POINTS : FEW_POINTS;

describe('a process that is killed around a durable step loses nothing and repeats nothing (F3 to F6)', () => {
  let run: FaultRun;
  const seen = new Set<string>();
  const fresh = (found: readonly Violation[]) =>
    found.filter((violation) => {
      const key = JSON.stringify(violation);
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });

  beforeAll(async () => {
    run = await FaultRun.start();
  });
  afterAll(() => run?.stop());

  // A process that starts again is made ready to die at its next point: that saves a start.
  it.each(POINTS.map((point, i) => [`${point.part}: ${point.point}`, point, POINTS[i + 1]] as const))(
    '%s',
    async (name, point, next) => {
      await crashAt(run, point, next, async () => {
        await run.load.submit('ask');
        await run.load.submit('run');
      });
      const ms = await timeToRun(run);
      const found = fresh(await run.violations());
      noteFault(`kill -9 at ${name}`, { kills: 1, downMs: 0, accepted: run.load.accepted.length, found, ms });
      expect(found).toEqual([]);
    },
    AT_MOST_MS,
  );
});

/** Kills a part when it gets to a point, and starts it again. */
async function crashAt(
  run: FaultRun,
  { part, point }: CrashPoint,
  next: CrashPoint | undefined,
  during: () => Promise<void>,
): Promise<void> {
  const { platform, worker } = run;
  if (part === 'effects') {
    await worker.stop();
    await worker.start(point);
    await Promise.all([during(), worker.died()]);
    await worker.start();
    // A lease that nobody extends is lost after 15 s: nobody has to wait for that.
    await run.loseLeases();
    return;
  }
  await platform.dieAt(part, point);
  const killed = async () => {
    expect(await platform.died(part)).toBe('SIGKILL');
    await platform.startAgain(part, next?.part === part ? next.point : undefined);
  };
  await Promise.all([during(), killed()]);
}
