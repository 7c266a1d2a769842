/** How long scans may take. */
export interface ScanBudget {
  /** CPU time for a result of one MiB, in milliseconds. Shorter ones get their share of it. */
  readonly cpuMsPerMiB: number;
  /** CPU time that the shortest result may take, in milliseconds. */
  readonly leastCpuMs: number;
}

/** 2 s for a MiB is some hundred times what the slowest of the detectors' hostile shapes takes on one core. */
export const SCAN_BUDGET: ScanBudget = { cpuMsPerMiB: 2_000, leastCpuMs: 500 };

/**
 * A thread that has not used up its CPU time is left alone until the clock has gone this many times as far: it waits for
 * a CPU, or for something that will not come.
 */
export const CLOCK_FACTOR = 10;

const MIB = 1024 * 1024;

/** Milliseconds of CPU time that the scan of a text of so many bytes may take. */
export function cpuBudgetMs(bytes: number, { cpuMsPerMiB, leastCpuMs }: ScanBudget): number {
  return Math.max(leastCpuMs, Math.ceil((bytes / MIB) * cpuMsPerMiB));
}

/**
 * What a look at a running scan comes to: it is over its budget, or when to look again.
 *
 * @param cpuMs CPU time used; undefined where only the clock is known
 */
export function judgeTime(
  budgetMs: number,
  elapsedMs: number,
  cpuMs: number | undefined,
): { readonly over: true } | { readonly over: false; readonly againInMs: number } {
  const used = cpuMs ?? elapsedMs;
  if (used >= budgetMs || elapsedMs >= budgetMs * CLOCK_FACTOR) return { over: true };
  return { over: false, againInMs: Math.max(SHORTEST_WAIT_MS, Math.ceil(budgetMs - used)) };
}

const SHORTEST_WAIT_MS = 20;
