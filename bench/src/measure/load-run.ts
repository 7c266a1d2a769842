import { setTimeout as delay } from 'node:timers/promises';
import type { Times } from '../load/messages.js';
import { nowMs } from '../parts/part-process.js';
import type { Rig } from '../rig.js';
import { cpuPerJob, cpuTimes } from './cpu-time.js';
import type { LoadPlan, Paced, Saturated } from './load-plan.js';
import { percentile } from './statistics.js';

/** A run in which nothing arrives for so long has lost jobs, in milliseconds. */
const STALLED_MS = 45_000;
const LOOK_MS = 50;

/** Loads a rig and measures it. Remembers every job sent, for the check at the end. */
export class LoadRun {
  /** Every job sent so far. */
  readonly sent: string[] = [];

  constructor(
    private readonly rig: Rig,
    /** Called at the begin and the end of each measurement. */
    private readonly onMeasure: () => void = () => undefined,
  ) {}

  /** Keeps a window of jobs in flight. Measured is between two arrivals, in the steady state, without start and end. */
  async saturate({ warmUp, measured, window }: LoadPlan): Promise<Saturated> {
    const count = warmUp + measured + window;
    let before: Map<string, number> | undefined;
    let after: Map<string, number> | undefined;
    let [fromJobs, toJobs] = [0, 0];
    const startMs = nowMs();
    const { sent, collected, resent } = await this.run(
      { kind: 'saturate', count, window },
      count,
      (arrived) => {
        if (!before && arrived >= warmUp) {
          [before, fromJobs] = [cpuTimes(this.rig.processes), arrived];
          this.onMeasure();
        }
        if (!after && arrived >= warmUp + measured) {
          [after, toJobs] = [cpuTimes(this.rig.processes), arrived];
          this.onMeasure();
        }
      },
    );
    const lastMs = Math.max(...collected.atMs.slice(-1));
    const drainedMs = await this.drained();
    const at = [...collected.atMs].sort((a, b) => a - b);
    const span = at[warmUp + measured - 1]! - at[warmUp - 1]!;
    const cpu = cpuPerJob(before!, after!, toJobs - fromJobs);
    return {
      jobsPerSec: (measured * 1000) / span,
      cpu,
      cpuTotal: total(cpu),
      drainMs: Math.max(0, drainedMs - lastMs),
      sustainedPerSec: (sent.ids.length * 1000) / (drainedMs - startMs),
      resent,
    };
  }

  /** Sends at a fixed rate. */
  async pace(perSecond: number, seconds: number): Promise<Paced> {
    const count = perSecond * seconds;
    this.onMeasure();
    const before = cpuTimes(this.rig.processes);
    const { sent, collected } = await this.run({ kind: 'pace', count, perSecond }, count);
    const cpu = cpuPerJob(before, cpuTimes(this.rig.processes), count);
    this.onMeasure();
    const dueAt = new Map(sent.ids.map((id, i) => [id, sent.atMs[i]!]));
    const latencies = collected.ids.map((id, i) => collected.atMs[i]! - dueAt.get(id)!);
    await this.drained();
    return {
      perSecond,
      jobs: count,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      max: percentile(latencies, 1),
      cpu,
      cpuTotal: total(cpu),
    };
  }

  private async run(
    command: Parameters<Rig['producer']['send']>[0],
    count: number,
    onArrived: (arrived: number) => void = () => undefined,
  ): Promise<{ readonly sent: Times; readonly collected: Times; readonly resent: number }> {
    const { producer, collector } = this.rig;
    const told = producer.next((m) => (typeof m === 'object' ? m : undefined));
    let arrived = 0;
    let stalled: NodeJS.Timeout | undefined;
    const all = new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(stalled);
        forget();
      };
      const wait = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => {
          stop();
          reject(new Error(`only ${arrived} of ${count} jobs were collected`));
        }, STALLED_MS);
      };
      const forget = collector.onMessage((message) => {
        if (typeof message !== 'object' || message.kind !== 'collected') return;
        arrived += message.count;
        if (command.kind === 'saturate') producer.send(message);
        onArrived(arrived);
        wait();
        if (arrived < count) return;
        stop();
        resolve();
      });
      wait();
    });
    producer.send(command);
    await all;
    const { sent, resent } = await told;
    const reported = collector.next((m) => (typeof m === 'object' && m.kind === 'report' ? m : undefined));
    collector.send({ kind: 'report' });
    const { collected } = await reported;
    this.sent.push(...sent.ids);
    requireSame(sent.ids, collected.ids);
    return { sent, collected, resent };
  }

  /** Waits until no stream holds a message. Gives when that was. */
  private async drained(): Promise<number> {
    for (const until = nowMs() + STALLED_MS; ; await delay(LOOK_MS)) {
      const left = await this.rig.backlog();
      if (left === 0) return nowMs();
      if (nowMs() > until) throw new Error(`${left} messages stay in the streams`);
    }
  }
}

/** Throws unless each job that was sent was collected exactly once, and nothing else. */
function requireSame(sent: readonly string[], collected: readonly string[]): void {
  const known = new Set(sent);
  const got = new Set(collected);
  const missing = sent.filter((id) => !got.has(id)).length;
  const foreign = collected.filter((id) => !known.has(id)).length;
  const doubles = collected.length - got.size;
  if (missing + foreign + doubles > 0)
    throw new Error(
      `of ${sent.length} outputs ${missing} are missing, ${doubles} doubled, ${foreign} foreign`,
    );
}

const total = (values: Readonly<Record<string, number>>) =>
  Object.values(values).reduce((sum, value) => sum + value, 0);
