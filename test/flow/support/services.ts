import { once } from 'node:events';
import { join } from 'node:path';
import { SERVICES, Service } from '@countersign/contracts';
import { ROOT, startChild, type Child } from '@countersign/standalone';
import { Api } from './api.js';
import { startServers, type TestServers } from './servers.js';

export type PartName = Service | 'worker';

/** All services and the reference worker, each a process that a test stops, kills and starts again. */
export class TestServices {
  private readonly children = new Map<PartName, Child>();
  readonly lines: string[] = [];
  api = new Api('');

  private constructor(readonly servers: TestServers) {}

  static async start(extraEnv: NodeJS.ProcessEnv = {}): Promise<TestServices> {
    const services = new TestServices(await startServers());
    try {
      await Promise.all([...SERVICES, 'worker' as const].map((part) => services.startPart(part, extraEnv)));
    } catch (error) {
      await services.stop();
      throw error;
    }
    return services;
  }

  /** Starts one part; `env` adds to the servers' environment. */
  async startPart(part: PartName, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const all = { ...process.env, ...this.servers.env, ...env };
    const onLine = (line: string) => this.lines.push(line);
    if (part === 'worker') {
      const script = join(ROOT, 'apps/worker-reference/dist/main.js');
      const workerEnv = {
        ...all,
        DATA_DIR: join(this.servers.stateDir, 'worker'),
        OTEL_SERVICE_NAME: 'worker-reference',
      };
      this.children.set(
        part,
        await startChild(script, [], workerEnv, onLine, 'reference workers are running'),
      );
      return;
    }
    let url = '';
    const read = (line: string) => {
      onLine(line);
      url = /"ready","url":"([^"]+)"/.exec(line)?.[1] ?? url;
    };
    const script = join(ROOT, 'apps/standalone/dist/service.js');
    this.children.set(part, await startChild(script, [part], { ...all, OTEL_SERVICE_NAME: part }, read));
    if (part === Service.Gateway) this.api = new Api(url);
  }

  /** Starts a part so that it dies once, as by kill -9, at the named point. */
  async restartWithFault(part: PartName, point: string): Promise<void> {
    await this.child(part).stop();
    await this.startPart(part, {
      NODE_OPTIONS: '--conditions=@countersign/faults',
      COUNTERSIGN_FAULT: point,
      COUNTERSIGN_FAULT_ONCE: join(this.servers.stateDir, `fault-${point.replaceAll(/\W/g, '-')}`),
    });
  }

  /** Resolves with the signal that ended the part. */
  async died(part: PartName): Promise<NodeJS.Signals | null> {
    const { process: child } = this.child(part);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.signalCode;
  }

  kill(part: PartName): void {
    this.child(part).process.kill('SIGKILL');
  }

  child(part: PartName): Child {
    const child = this.children.get(part);
    if (!child) throw new Error(`${part} was not started`);
    return child;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.children.values()].map((child) => child.stop()));
    await this.servers.stop();
  }
}
