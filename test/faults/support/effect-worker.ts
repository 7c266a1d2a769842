import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, startChild, type Child } from '@countersign/standalone';
import type { TestPlatform } from '../../flow/support/platform.js';
import type { EffectLine } from '../checker/history.js';

const SCRIPT = join(ROOT, 'test/faults/worker/effect-worker.mjs');

/** The worker of the pool `example`, a process of its own: its log outlives its end. */
export class EffectWorker {
  private child: Child | undefined;

  constructor(
    private readonly platform: TestPlatform,
    private readonly env: NodeJS.ProcessEnv = {},
  ) {}

  /** Starts it; with a point, it dies there as by kill -9. */
  async start(point?: string): Promise<void> {
    const { servers, lines } = this.platform;
    const died = join(servers.stateDir, 'effects-died');
    await rm(died, { force: true });
    const env = {
      ...process.env,
      ...servers.env,
      EFFECTS_DIR: this.folder,
      WORKER_ID: 'effects-1',
      ...this.env,
      ...(point !== undefined && { COUNTERSIGN_FAULT: point, COUNTERSIGN_FAULT_ONCE: died }),
    };
    this.child = await startChild(SCRIPT, [], env, (line) => void lines.push(line));
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.process.kill(signal);
  }

  /** Ends it as kill -9 does, and waits until it is gone. */
  async kill(): Promise<void> {
    const process = this.child?.process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    process.kill('SIGKILL');
    await this.died();
  }

  /** Waits until it is gone. */
  async died(): Promise<void> {
    const process = this.child?.process;
    if (process?.exitCode === null && process.signalCode === null) await once(process, 'exit');
  }

  async stop(): Promise<void> {
    await this.child?.stop();
  }

  /** Every effect that is on disk. A line that a crash cut off is none: it was not confirmed. */
  async effects(): Promise<EffectLine[]> {
    const files = (await readdir(this.folder)).filter((name) => name.endsWith('.jsonl'));
    const texts = await Promise.all(files.map((name) => readFile(join(this.folder, name), 'utf8')));
    return texts.flatMap((text) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as EffectLine),
    );
  }

  private get folder(): string {
    return join(this.platform.servers.stateDir, 'effects');
  }
}
