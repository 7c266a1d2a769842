import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { bootServices, KeyFolder, readEnvironment, readTopology, VARIABLES } from '@countersign/service-kit';
import { APPS } from './apps.js';
import { startChild } from './child-process.js';
import { startEmbedded, type EmbeddedServers } from './embedded.js';
import { firstLine } from './explain-failure.js';
import { requireFreePort } from './require-free-port.js';
import { setUpPlatform } from './set-up-platform.js';
import { supervise } from './supervise.js';

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
  /** Data, keys and logs. */
  readonly stateDir: string;
  /** Where nats-server is kept once it was fetched. @default `cache` in the state folder */
  readonly cacheDir?: string;
  readonly log: (message: string) => void;
  /** Output lines of child processes. */
  readonly onLine?: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts everything: embedded servers (unless `NATS_URL` and `DATABASE_URL` name existing ones), set-up, services,
 * reference workers. Servers and processes of its own that end by themselves are started again. Existing servers are set up when `COUNTERSIGN_ADMIN_DATABASE_URL` is given.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { stateDir, log } = options;
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  const topology = await readTopology(
    resolve(ROOT, env[VARIABLES.configFile.name] ?? VARIABLES.configFile.default),
  );
  env[VARIABLES.keysDir.name] ??= join(stateDir, 'keys');
  const keys = await KeyFolder.open(env[VARIABLES.keysDir.name]!, topology);
  // Asked before anything is started: the services would find out last.
  await requireFreePort(
    env[VARIABLES.host.name] || VARIABLES.host.default,
    Number(env[VARIABLES.port.name] || VARIABLES.port.default),
  );
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
      servers = await startEmbedded({
        stateDir,
        cacheDir: options.cacheDir ?? join(stateDir, 'cache'),
        topology,
        keys,
        log,
      });
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
        : await startProcesses(env, stops, options);
    const worker = await supervise({
      name: 'worker-reference',
      log,
      start: (signal) =>
        startChild(
          script('worker-reference', 'main.js'),
          [],
          {
            COUNTERSIGN_GATEWAY_URL: url,
            ...env,
            OTEL_SERVICE_NAME: 'worker-reference',
            DATA_DIR: join(stateDir, 'worker'),
          },
          options.onLine,
          'reference workers are running',
          signal,
        ),
    });
    stops.push(() => worker.stop());
    await writeFile(
      join(stateDir, 'platform.json'),
      JSON.stringify({ natsUrl: env['NATS_URL'], url, databaseUrl: servers?.databaseUrl }, null, 2) + '\n',
    );
    return { url, natsUrl: env['NATS_URL'], stop };
  } catch (error) {
    await stop().catch((cause: unknown) => log(`stopping failed as well: ${firstLine(cause)}`));
    throw error;
  }
}

async function startInProcess(env: NodeJS.ProcessEnv, stops: (() => Promise<void>)[]): Promise<string> {
  const environment = await readEnvironment(ROOT, env);
  const services = await bootServices(APPS, environment.config, (app) =>
    environment.credentialsOf(app),
  ).catch((error: unknown) => {
    // The services that did start only complain, line after line, that their servers go.
    Logger.overrideLogger(false);
    throw error;
  });
  stops.push(() => services.stop());
  return services.url;
}

async function startProcesses(
  env: NodeJS.ProcessEnv,
  stops: (() => Promise<void>)[],
  { log, onLine }: PlatformOptions,
): Promise<string> {
  let gatewayUrl = '';
  const outcomes = await Promise.allSettled(
    APPS.map((app) => {
      const isGateway = app.configureHttp !== undefined;
      // Callers know the first address: a gateway that is started again must have it too.
      const port = () => (gatewayUrl ? { COUNTERSIGN_PORT: new URL(gatewayUrl).port } : {});
      return supervise({
        name: app.service,
        log,
        start: (signal) =>
          startChild(
            script('standalone', 'service.js'),
            [app.service],
            { ...env, OTEL_SERVICE_NAME: app.service, ...(isGateway ? port() : ANY_PORT) },
            (line) => {
              if (isGateway) gatewayUrl ||= /"ready","url":"([^"]+)"/.exec(line)?.[1] ?? '';
              onLine?.(line);
            },
            '"ready"',
            signal,
          ),
      });
    }),
  );
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  stops.push(async () => void (await Promise.all(started.map((child) => child.stop()))));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return gatewayUrl;
}

/** Only the gateway is there for others; the rest answer health, on this machine and on any port. */
const ANY_PORT = { COUNTERSIGN_PORT: '0', COUNTERSIGN_HOST: '127.0.0.1' };

const script = (app: string, file: string) => join(ROOT, 'apps', app, 'dist', file);
