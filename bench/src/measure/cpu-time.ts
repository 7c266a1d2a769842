import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in `/proc`: fixed on Linux. */
const TICKS_PER_SEC = 100;

interface Stat {
  readonly parent: number;
  /** Microseconds of this process and of its children that have ended. */
  readonly us: number;
}

function readStat(pid: number | string): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A process that ended meanwhile counts among its parent's children.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
  // The name in parentheses may hold spaces; what follows is `state ppid …`, with utime to cstime at 11 to 14.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), us: (ticks * 1_000_000) / TICKS_PER_SEC };
}

/** CPU time of each named process with all its descendants so far, in microseconds. Linux only. */
export function cpuTimes(processes: ReadonlyMap<string, number>): Map<string, number> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(name) : undefined;
    if (stat) stats.set(Number(name), stat);
  }
  const names = new Map([...processes].map(([name, pid]) => [pid, name]));
  const times = new Map([...processes.keys()].map((name) => [name, 0]));
  for (const [pid, { us }] of stats) {
    const name = ownerOf(pid, stats, names);
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + us);
  }
  return times;
}

function ownerOf(
  pid: number,
  stats: ReadonlyMap<number, Stat>,
  names: ReadonlyMap<number, string>,
): string | undefined {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = stats.get(at)?.parent) {
    const name = names.get(at);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** What was used between two readings, divided by `jobs`. */
export function cpuPerJob(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  jobs: number,
): Record<string, number> {
  return Object.fromEntries([...after].map(([name, us]) => [name, (us - (before.get(name) ?? 0)) / jobs]));
}
