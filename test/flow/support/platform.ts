import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES, Service } from '@countersign/contracts';
import type { Child } from '@countersign/standalone';
import pg from 'pg';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { Api } from './api.js';
import { BrokerView } from './broker-view.js';
import { launchPlatform, launchService, launchWorker } from './launch.js';
import { startServers, type TestServers } from './servers.js';

/** The two ways to run the road: all services in one process with the worker as its child, or one process for each. */
export const MODES = ['standalone', 'processes'] as const;
export type Mode = (typeof MODES)[number];

/** What does a part of the road's work. In standalone all services are one process. */
export type Part = Service | 'worker';
const PARTS: readonly Part[] = [...SERVICES, 'worker'];
/** The one process of a platform that was started as a whole. */
const WHOLE = 'platform';
/** Who starts the worker of a platform that was started as a whole: the platform itself does, again and again. */
const SUPERVISED = {
  ended: /worker-reference ended by itself \((\w+)/,
  again: /worker-reference runs again/,
};

export interface PlatformOptions {
  /** Added to the environment of every process. */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * In both modes the very command of a user, `npm start` or `npm run start:services`, which sets the servers up and
   * supervises its processes. Single services can't be stopped or killed then. @default false
   */
  readonly asCommand?: boolean;
  /** How soon the broker delivers again what nobody acknowledged, in milliseconds. @default as provisioned */
  readonly ackWaitMs?: number;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** The platform on real servers of its own, outside the test's process; its parts can be stopped, killed and started again. */
export class TestPlatform {
  readonly api = new Api();
  /** What all processes have printed. */
  readonly lines: string[] = [];
  readonly database: pg.Pool;
  private readonly children = new Map<string, Child>();
  /** By process: the point at which it was started to be able to die. */
  private readonly points = new Map<string, string>();

  private constructor(
    readonly mode: Mode,
    readonly servers: TestServers,
    readonly broker: BrokerView,
    private readonly options: PlatformOptions,
  ) {
    this.database = new pg.Pool({ connectionString: servers.postgres.url, max: 4 });
  }

  /** Starts servers and platform. Throws with its output when a process does not start. */
  static async start(mode: Mode, options: PlatformOptions = {}): Promise<TestPlatform> {
    const servers = await startServers();
    let stop = () => servers.stop();
    try {
      const platform = new TestPlatform(mode, servers, await BrokerView.open(servers), options);
      stop = () => platform.stop();
      if (options.ackWaitMs !== undefined) await platform.broker.shortenAckWait(options.ackWaitMs);
      // All of them, so that those that did start are known and can be stopped.
      const launches = await Promise.allSettled(platform.processes.map((name) => platform.launch(name)));
      const failure = launches.find((launch) => launch.status === 'rejected');
      if (failure) throw failure.reason;
      return platform;
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** The processes that a test stops and starts by themselves. */
  get processes(): readonly string[] {
    return this.isWhole ? [WHOLE] : PARTS;
  }

  /** Where the reference worker has its files. */
  get workerDir(): string {
    return join(this.servers.stateDir, 'worker');
  }

  /** Which of {@link processes} a part is in. */
  processOf(part: Part): string {
    return this.isWhole ? WHOLE : part;
  }

  /**
   * Starts the process of a part again after its end. With `nextPoint`, {@link dieAt} needs no other start to make it
   * die there.
   */
  async startAgain(part: Part, nextPoint?: string): Promise<void> {
    if (this.isSupervised(part)) await this.printed(SUPERVISED.again);
    else await this.launch(this.processOf(part), nextPoint);
  }

  /** Ends one of {@link processes} by SIGTERM. */
  async terminate(name: string): Promise<Ended> {
    const child = this.child(name);
    const before = performance.now();
    await child.stop();
    const { exitCode: code, signalCode: signal } = child.process;
    return { code, signal, ms: performance.now() - before };
  }

  /** Starts one of {@link processes}. */
  async launch(name: string, point?: string): Promise<void> {
    const env = { ...process.env, ...this.servers.env, ...this.options.env };
    if (point !== undefined) Object.assign(env, await this.faultAt(point));
    this.points.set(name, point ?? '');
    const onLine = (line: string) => this.heard(line);
    this.children.set(name, await this.launcher(name, env, onLine));
  }

  /** Sees to it that a part dies, as by kill -9, when it next gets to the named point. Once only. */
  async dieAt(part: Part, point: string): Promise<void> {
    const name = this.processOf(part);
    if (this.points.get(name) !== point) {
      await this.terminate(name);
      await this.launch(name, point);
    }
    await rm(this.fileOf(point));
  }

  /** Sends a signal to the process of a part, such as SIGSTOP and SIGCONT. */
  signal(part: Part, signal: NodeJS.Signals): void {
    this.child(this.processOf(part)).process.kill(signal);
  }

  /** Resolves with the signal that ended the process of a part, or null when it ended by itself. */
  async died(part: Part): Promise<string | null> {
    if (this.isSupervised(part)) return this.printed(SUPERVISED.ended);
    const { process: child } = this.child(this.processOf(part));
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.signalCode;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.children.values()].map((child) => child.stop()));
    await this.broker.close();
    await this.database.end();
    await this.servers.stop();
  }

  private get isWhole(): boolean {
    return this.mode === 'standalone' || this.options.asCommand === true;
  }

  private isSupervised(part: Part): boolean {
    return this.isWhole && part === 'worker';
  }

  private launcher(name: string, env: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<Child> {
    if (this.isWhole) {
      const args = this.mode === 'processes' ? ['--services'] : [];
      const admin = { COUNTERSIGN_ADMIN_DATABASE_URL: this.servers.postgres.url };
      return launchPlatform(args, { ...env, ...(this.options.asCommand ? admin : {}) }, onLine);
    }
    const service = SERVICES.find((candidate) => candidate === name);
    return service ? launchService(service, env, onLine) : launchWorker(this.workerDir, env, onLine);
  }

  private heard(line: string): void {
    this.lines.push(line);
    const ready = /"ready","url":"([^"]+)","service":"(\w+)"/.exec(line);
    if (ready?.[1] !== undefined && [WHOLE, Service.Gateway].includes(ready[2]!)) this.api.url = ready[1];
  }

  /** The environment in which a process can be made to die at a point; it does not as long as the file is there. */
  private async faultAt(point: string): Promise<NodeJS.ProcessEnv> {
    await writeFile(this.fileOf(point), '');
    return {
      // Beside what the run itself asks of Node: a process started again must stay the one that is tested.
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --conditions=@countersign/faults`.trim(),
      COUNTERSIGN_FAULT: point,
      COUNTERSIGN_FAULT_ONCE: this.fileOf(point),
    };
  }

  private fileOf(point: string): string {
    return join(this.servers.stateDir, `died-${point.replaceAll(/\W/g, '-')}`);
  }

  private child(name: string): Child {
    const child = this.children.get(name);
    if (!child) throw new Error(`${name} was not started`);
    return child;
  }

  /** Waits for a line; gives what its pattern captures. */
  private async printed(pattern: RegExp): Promise<string> {
    return vi.waitFor(
      () => {
        const found = this.lines.map((line) => pattern.exec(line)).find((match) => match !== null);
        expect(found, `a line like ${pattern.source}`).toBeDefined();
        return found?.[1] ?? '';
      },
      { timeout: 30_000, interval: 50 },
    );
  }
}

/** A platform for the tests of the enclosing `describe`, started before the first and stopped after the last. */
export function usePlatform(mode: Mode, options: PlatformOptions = {}): () => TestPlatform {
  let platform: TestPlatform | undefined;
  beforeAll(async () => {
    platform = await TestPlatform.start(mode, options);
  });
  afterAll(() => platform?.stop());
  return () => {
    if (!platform) throw new Error('the platform is used before it was started');
    return platform;
  };
}
