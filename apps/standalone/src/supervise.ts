import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { firstLine } from './explain-failure.js';

/** Pause before the first restart, in milliseconds; it doubles with each further one. */
const FIRST_PAUSE_MS = 1_000;
/** Longest pause between two restarts, in milliseconds. */
const LONGEST_PAUSE_MS = 30_000;
/** Who ran this long, in milliseconds, has recovered: the next restart comes after the first pause again. */
const STEADY_MS = 60_000;

/** What can be supervised: a process and the way to end it. */
export interface Supervisable {
  readonly process: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'once'>;
  stop(): Promise<void>;
}

/** A process that is kept running. */
export interface Supervised<T extends Supervisable> {
  /** What the first start gave; later ones have the same name, address and data. */
  readonly first: T;
  /** Ends the process for good, also in the middle of a restart. */
  stop(): Promise<void>;
}

/** What to keep running. */
export interface SuperviseOptions<T extends Supervisable> {
  /** Its name in messages. */
  readonly name: string;
  /** Starts it and waits until it is ready; ends what it began when the signal is aborted. */
  readonly start: (signal: AbortSignal) => Promise<T>;
  /** Gets a line when it ended by itself, when a restart failed, and when it runs again. */
  readonly log: (message: string) => void;
  /** Waits between restarts; rejects when the signal is aborted. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * Starts a process and starts it again whenever it ends by itself, after 1 s, 2 s, 4 s … 30 s. Throws when the first
 * start fails: whoever starts the platform then sees why, instead of a loop.
 */
export async function supervise<T extends Supervisable>(
  options: SuperviseOptions<T>,
): Promise<Supervised<T>> {
  const { name, start, log } = options;
  const pause = options.pause ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const now = options.now ?? (() => performance.now());
  const stopping = new AbortController();
  const { signal } = stopping;
  const first = await start(signal);
  let running: T | undefined = first;
  let restarts = 0;

  const startAgain = async (why: string): Promise<T | undefined> => {
    for (let reason = why; ;) {
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** restarts, LONGEST_PAUSE_MS);
      restarts += 1;
      log(`${name} ${reason}; starting it again in ${ms / 1000} s`);
      try {
        await pause(ms, signal);
        return await start(signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        reason = `could not be started (${firstLine(error)})`;
      }
    }
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      const since = now();
      const how = await endOf(running!.process);
      if (signal.aborted) return;
      if (now() - since >= STEADY_MS) restarts = 0;
      running = undefined;
      running = await startAgain(`ended by itself (${how})`);
      if (signal.aborted) return running?.stop();
      log(`${name} runs again, as process ${running!.process.pid}`);
    }
  };
  const watching = watch();
  return {
    first,
    stop: async () => {
      stopping.abort();
      await Promise.all([running?.stop(), watching]);
    },
  };
}

/** Settles when the process has ended, with its exit code or signal; at once when it had before. */
function endOf(process: Supervisable['process']): Promise<string> {
  const text = (code: number | null, signal: NodeJS.Signals | null) => signal ?? `exit code ${code}`;
  return process.exitCode !== null || process.signalCode !== null
    ? Promise.resolve(text(process.exitCode, process.signalCode))
    : new Promise((resolve) => process.once('exit', (code, signal) => resolve(text(code, signal))));
}
