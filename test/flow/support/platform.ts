import { join } from 'node:path';
import { ROOT, startChild, startPlatform, type Child } from '@countersign/standalone';
import { Api } from './api.js';
import { startServers, type TestServers } from './servers.js';

export const MODES = ['standalone', 'processes'] as const;
export type Mode = (typeof MODES)[number];

/** A whole platform on real servers, each service in a process that a test may kill. */
export interface TestPlatform {
  readonly servers: TestServers;
  readonly api: Api;
  readonly lines: string[];
  stop(): Promise<void>;
}

/** Starts the platform in either way, outside the test's process. */
export async function startTestPlatform(mode: Mode, extraEnv: NodeJS.ProcessEnv = {}): Promise<TestPlatform> {
  const servers = await startServers();
  const lines: string[] = [];
  const env = { ...servers.env, ...extraEnv, COUNTERSIGN_STATE_DIR: servers.stateDir };
  try {
    if (mode === 'processes') {
      const platform = await startPlatform({
        mode,
        stateDir: servers.stateDir,
        log: () => undefined,
        onLine: (line) => lines.push(line),
        env,
      });
      return {
        servers,
        api: new Api(platform.url),
        lines,
        stop: async () => {
          await platform.stop();
          await servers.stop();
        },
      };
    }
    let url = '';
    const child: Child = await startChild(
      join(ROOT, 'apps/standalone/dist/start.js'),
      [],
      { ...process.env, ...env },
      (line) => {
        lines.push(line);
        url = /"ready","url":"([^"]+)","service":"platform"/.exec(line)?.[1] ?? url;
      },
    );
    return {
      servers,
      api: new Api(url),
      lines,
      stop: async () => {
        await child.stop();
        await servers.stop();
      },
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}
