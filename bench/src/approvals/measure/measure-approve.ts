import type { Part } from '../../parts/part.js';
import { nowMs } from '../../parts/part-process.js';
import { percentile } from '../../measure/statistics.js';
import type { Held } from './held.js';

/** Milliseconds from when an approval was due to be sent: until its answer was there, and until the worker held the job. */
export interface ApproveResult {
  readonly p50: number;
  readonly p99: number;
  readonly answeredP50: number;
  readonly answeredP99: number;
  readonly counted: number;
  /** Microseconds of CPU time for an approval and the run that follows it, by process; absent of the floor. */
  readonly cpuUs?: Readonly<Record<string, number>>;
  /** Milliseconds of each part of the way, the median of each; absent of the floor. */
  readonly stages?: Readonly<Record<string, number>>;
}

/** When an approval was due and its job was held, in milliseconds of the shared clock. */
export interface ApprovalTimes {
  readonly id: string;
  readonly dueMs: number;
  readonly heldMs: number;
}

/** How long the worker may take to hold the last job, in milliseconds. */
const HELD_WITHIN_MS = 30_000;

/**
 * Sends one approval after the other at a fixed rate, whether those before were answered or not, and times each from
 * when it was due. The first `warmUp` count for nothing.
 */
export async function measureApprove(options: {
  readonly ids: readonly string[];
  readonly warmUp: number;
  readonly perSecond: number;
  readonly approve: (id: string) => Promise<void>;
  readonly worker: Part<never, 'ready' | Held>;
}): Promise<{ readonly result: ApproveResult; readonly times: readonly ApprovalTimes[] }> {
  const { ids, warmUp, perSecond, approve, worker } = options;
  const heldAt = new Map<string, number>();
  const wanted = new Set(ids);
  let allHeld: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (allHeld = resolve));
  const forget = worker.onMessage((message) => {
    if (message === 'ready' || !wanted.has(message.jobId)) return;
    heldAt.set(message.jobId, message.atMs);
    if (heldAt.size === ids.length) allHeld();
  });
  const answeredAt = new Map<string, number>();
  const startMs = nowMs() + 10;
  const dueAt = (n: number) => startMs + (n * 1000) / perSecond;
  const sending = ids.map(async (id, n) => {
    await untilMs(dueAt(n));
    await approve(id);
    answeredAt.set(id, nowMs());
  });
  try {
    await Promise.all(sending);
    await withinMs(
      done,
      HELD_WITHIN_MS,
      () => `${ids.length - heldAt.size} of ${ids.length} jobs are held by nobody`,
    );
  } finally {
    forget();
  }
  const times = ids.map((id, n) => ({ id, dueMs: dueAt(n), heldMs: heldAt.get(id) ?? NaN })).slice(warmUp);
  const held = times.map(({ dueMs, heldMs }) => heldMs - dueMs);
  const answered = times.map(({ id, dueMs }) => (answeredAt.get(id) ?? NaN) - dueMs);
  const result = {
    p50: percentile(held, 0.5),
    p99: percentile(held, 0.99),
    answeredP50: percentile(answered, 0.5),
    answeredP99: percentile(answered, 0.99),
    counted: times.length,
  };
  return { result, times };
}

function untilMs(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - nowMs())));
}

async function withinMs(work: Promise<void>, ms: number, problem: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(problem())), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
