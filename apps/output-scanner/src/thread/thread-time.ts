import { readFileSync, readlinkSync } from 'node:fs';

const NANOS_PER_MS = 1_000_000;

/** The kernel's number of the calling thread; null where the kernel does not tell it. */
export function ownThreadId(): string | null {
  try {
    return readlinkSync('/proc/thread-self').split('/').at(-1) ?? null;
  } catch {
    // Not Linux: then the time by the clock counts, which is never less.
    return null;
  }
}

/** Milliseconds that a thread of this process has run on a CPU so far; undefined where the kernel does not tell it. */
export function threadCpuMs(tid: string | null): number | undefined {
  if (tid === null) return undefined;
  try {
    const [nanos] = readFileSync(`/proc/self/task/${tid}/schedstat`, 'utf8').split(' ');
    const ms = Number(nanos) / NANOS_PER_MS;
    return Number.isFinite(ms) ? ms : undefined;
  } catch {
    // The kernel keeps no such statistics, or the thread has ended.
    return undefined;
  }
}
