import { percentile } from '../../measure/statistics.js';

/** How much is asked. */
export interface BusPlan {
  /** Questions that are asked one after the other. */
  readonly single: number;
  /** Questions that are asked with {@link IN_FLIGHT} open at any time. */
  readonly many: number;
  /** Questions before those, with as many open. */
  readonly warmUp: number;
}

export const IN_FLIGHT = 64;

/** One way to ask, in one round. Times in milliseconds, from sending a question until its answer is there. */
export interface AskResult {
  readonly p50: number;
  readonly p99: number;
  /** Answers per second with {@link IN_FLIGHT} questions open, and the times then. */
  readonly perSec: number;
  readonly busyP50: number;
  readonly busyP99: number;
}

/** Asks `single` questions one by one, then `many` at {@link IN_FLIGHT}. `ask` gets the number of the question. */
export async function measureAsking(
  { single, many, warmUp }: BusPlan,
  ask: (question: number) => Promise<unknown>,
): Promise<AskResult> {
  await askMany(warmUp, IN_FLIGHT, ask);
  const alone = await askMany(single, 1, ask);
  const busy = await askMany(many, IN_FLIGHT, ask);
  return {
    p50: percentile(alone.times, 0.5),
    p99: percentile(alone.times, 0.99),
    perSec: (many / busy.ms) * 1000,
    busyP50: percentile(busy.times, 0.5),
    busyP99: percentile(busy.times, 0.99),
  };
}

async function askMany(
  count: number,
  open: number,
  ask: (question: number) => Promise<unknown>,
): Promise<{ readonly times: number[]; readonly ms: number }> {
  const times: number[] = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const question = next++;
      const sent = performance.now();
      await ask(question);
      times.push(performance.now() - sent);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: open }, one));
  return { times, ms: performance.now() - began };
}
