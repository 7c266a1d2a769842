/** What one engine took for one load. */
export interface Measurement {
  readonly engine: string;
  readonly load: string;
  /** Median time of a call, in microseconds. */
  readonly p50_us: number;
  readonly p99_us: number;
  /** Megabytes (of 1,000,000 characters) per second of processor time of this process. */
  readonly mb_per_cpu_second: number;
}

/** Something that scans a text. */
export type Scan = (text: string) => unknown;

/** Calls before the measured ones, as a share of them. */
const warmUp = 0.4;

/** Calls a scan over and over, with the texts in turn. */
export async function measure(
  engine: string,
  load: string,
  texts: readonly string[],
  calls: number,
  scan: Scan,
): Promise<Measurement> {
  const at = (call: number): string => texts[call % texts.length] ?? '';
  for (let call = 0; call < calls * warmUp; call++) await scan(at(call));
  const times: number[] = [];
  let characters = 0;
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) {
    const text = at(call);
    characters += text.length;
    const start = process.hrtime.bigint();
    const pending = scan(text);
    if (pending instanceof Promise) await pending;
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  return {
    engine,
    load,
    p50_us: round(quantile(times, 0.5)),
    p99_us: round(quantile(times, 0.99)),
    mb_per_cpu_second: round(characters / (user + system)),
  };
}

/** Processor time that one measurement takes at least, in microseconds: its clock ticks coarsely. */
const leastTime = 40_000;

/**
 * Processor time of a call, in microseconds: the median of some measurements of as many calls as the clock needs. The
 * time of day would count what other processes do, too.
 */
export function processorTimeOf(measurements: number, run: () => unknown): number {
  run();
  const times = Array.from({ length: measurements }, () => {
    const before = process.cpuUsage();
    let calls = 0;
    let spent = 0;
    while (spent < leastTime) {
      run();
      calls++;
      spent = process.cpuUsage(before).user;
    }
    return spent / calls;
  }).sort((a, b) => a - b);
  return quantile(times, 0.5);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
