import { percentile } from '../../measure/statistics.js';
import { expectedOf } from '../data/expected.js';
import { jobsOf, type Mix } from '../data/jobs.js';
import type { BenchRule } from '../data/rule.js';
import type { Engine } from '../engines/engine.js';
import type { MixResult, Windows } from './cell.js';

/** One of each kind of job. */
const KINDS = 16;
/** Most single calls that are timed. */
const SAMPLES = 200_000;
/** Decisions between two looks at the clock, for engines that make so many in no time. */
const CHUNK = 64;
/** An engine below this many decisions per millisecond is looked at after each one. */
const QUICK_PER_MS = 20;

/** Checks an engine's answers to a mix, then measures its rate and its single calls. Throws on a wrong answer. */
export async function measureMix(
  mix: Mix,
  rules: readonly BenchRule[],
  engine: Engine,
  windows: Windows,
  clockNs: number,
): Promise<MixResult> {
  const jobs = jobsOf(mix, rules.length);
  const asked = jobs.map((job) => engine.ask(job));
  let checked = 0;
  const until = performance.now() + windows.checked;
  for (const [at, job] of jobs.entries()) {
    if (at >= KINDS && performance.now() > until) break;
    const answer = await engine.decide(asked[at]);
    const expected = expectedOf(rules, job);
    if (answer !== expected)
      throw new Error(`the answer is ${answer}, expected is ${expected}: ${JSON.stringify(job)}`);
    checked += 1;
  }
  const warm = await decideFor(windows.warmUp, 1, engine, asked, 1);
  const chunk = warm.decisions / warm.ms > QUICK_PER_MS ? CHUNK : 1;
  await decideFor(windows.warmUp, 1, engine, asked, chunk);
  const { decisions, ms, cpuMs } = await decideFor(
    windows.measured,
    windows.leastDecisions,
    engine,
    asked,
    chunk,
  );
  const times = await timeCalls(windows, engine, asked, clockNs);
  return {
    mix,
    checked,
    decisions,
    perSec: (decisions / ms) * 1000,
    perCpuSec: (decisions / cpuMs) * 1000,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    samples: times.length,
  };
}

/** Decides for so many milliseconds, without a clock around single calls. */
async function decideFor(
  window: number,
  least: number,
  { decide }: Engine,
  asked: readonly unknown[],
  chunk: number,
): Promise<{ decisions: number; ms: number; cpuMs: number }> {
  let decisions = 0;
  let at = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  let ms = 0;
  while (ms < window || decisions < least) {
    for (let n = 0; n < chunk; n++) {
      const answer = decide(asked[at]);
      // Awaiting what is no promise would cost the others a turn of the event loop.
      if (typeof answer !== 'string') await answer;
      at = at + 1 === asked.length ? 0 : at + 1;
    }
    decisions += chunk;
    ms = performance.now() - began;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { decisions, ms, cpuMs: (user + system) / 1000 };
}

/** Microseconds of single calls, each with the clock around it and the clock's own share taken off. */
async function timeCalls(
  { measured, leastDecisions }: Windows,
  { decide }: Engine,
  asked: readonly unknown[],
  clockNs: number,
): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + measured;
  for (let at = 0; times.length < SAMPLES; at = at + 1 === asked.length ? 0 : at + 1) {
    const began = process.hrtime.bigint();
    const answer = decide(asked[at]);
    if (typeof answer !== 'string') await answer;
    const ns = Number(process.hrtime.bigint() - began) - clockNs;
    times.push(Math.max(0, ns) / 1000);
    if (times.length >= leastDecisions && performance.now() > until) break;
  }
  return times;
}
