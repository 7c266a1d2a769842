import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootServices, KeyFolder, readEnvironment, readTopology, VARIABLES } from '@countersign/service-kit';
import { APPS } from './apps.js';
import { startChild, type Child } from './child-process.js';
import { startEmbedded, type EmbeddedServers } from './embedded.js';
import { setUpPlatform } from './set-up-platform.js';

/** The folder that holds `config/` and the state folder: the root of the checkout. */
export const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

/** A running platform. */
export interface Platform {
  readonly url: string;
  readonly natsUrl: string;
  stop(): Promise<void>;
}

/** How a platform is started. */
export interface PlatformOptions {
  /** All services in this process, or each as its own. */
  readonly mode: 'standalone' | 'processes';
  /** Data, keys and caches. */
  readonly stateDir: string;
  readonly log: (message: string) => void;
  /** Output lines of child processes. */
  readonly onLine?: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts everything: embedded servers (unless `NATS_URL` and `DATABASE_URL` name existing ones), set-up, services,
 * reference workers. Existing servers are set up when `COUNTERSIGN_ADMIN_DATABASE_URL` is given.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { stateDir, log } = options;
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  const topology = await readTopology(
    resolve(ROOT, env[VARIABLES.configFile.name] ?? VARIABLES.configFile.default),
  );
  env[VARIABLES.keysDir.name] ??= join(stateDir, 'keys');
  const keys = await KeyFolder.open(env[VARIABLES.keysDir.name]!, topology);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    let servers: EmbeddedServers | undefined;
    if (!env['NATS_URL'] || !env['DATABASE_URL']) {
      if (env['NATS_URL'] || env['DATABASE_URL'])
        throw new Error('NATS_URL and DATABASE_URL must be given together, or neither');
      log('starting nats-server and PostgreSQL');
      servers = await startEmbedded({ stateDir, topology, keys, log });
      stops.push(servers.stop);
      env['NATS_URL'] = servers.natsUrl;
      env['DATABASE_URL'] = servers.databaseUrl;
    }
    const adminUrl = servers?.adminUrl ?? env['COUNTERSIGN_ADMIN_DATABASE_URL'];
    if (adminUrl) await setUpPlatform({ adminUrl, natsUrl: env['NATS_URL'], topology, keys });
    log('starting the services');
    const url =
      options.mode === 'standalone'
        ? await startInProcess(env, stops)
        : await startProcesses(env, stops, options.onLine);
    const worker = await startChild(
      script('worker-reference', 'main.js'),
      [],
      { ...env, DATA_DIR: join(stateDir, 'worker') },
      options.onLine,
      'reference workers are running',
    );
    stops.push(() => worker.stop());
    await writeFile(
      join(stateDir, 'platform.json'),
      JSON.stringify({ natsUrl: env['NATS_URL'], url }, null, 2) + '\n',
    );
    return { url, natsUrl: env['NATS_URL'], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startInProcess(env: NodeJS.ProcessEnv, stops: (() => Promise<void>)[]): Promise<string> {
  const environment = await readEnvironment(ROOT, env);
  const services = await bootServices(APPS, environment.config, (app) => environment.credentialsOf(app));
  stops.push(() => services.stop());
  return services.url;
}

async function startProcesses(
  env: NodeJS.ProcessEnv,
  stops: (() => Promise<void>)[],
  onLine?: (line: string) => void,
): Promise<string> {
  const started = await Promise.all(
    APPS.map(async (app) => {
      const isGateway = app.configureHttp !== undefined;
      let url = '';
      const child: Child = await startChild(
        script('standalone', 'service.js'),
        [app.service],
        { ...env, OTEL_SERVICE_NAME: app.service, ...(isGateway ? {} : { COUNTERSIGN_PORT: '0' }) },
        (line) => {
          url ||= /"ready","url":"([^"]+)"/.exec(line)?.[1] ?? '';
          onLine?.(line);
        },
      );
      return { child, url, isGateway };
    }),
  );
  stops.push(async () => void (await Promise.all(started.map(({ child }) => child.stop()))));
  return started.find((entry) => entry.isGateway)!.url;
}

const script = (app: string, file: string) => join(ROOT, 'apps', app, 'dist', file);
