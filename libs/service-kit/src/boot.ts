import 'reflect-metadata';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConsoleLogger, Logger, type DynamicModule, type LogLevel, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Service } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { checkBroker, JetStreamTransport } from '@countersign/messaging';
import { connectService, disconnectService, type ServiceCredentials } from './connections.js';
import { HealthModule } from './health.module.js';
import type { Renderers } from './outbox.js';
import { RoadModule } from './road.module.js';
import { shutdownTelemetry } from './telemetry.js';
import type { PlatformConfig } from './tokens.js';
import type { Sealers } from './work.js';

/** A service as a process entry composes it. */
export interface ServiceApp {
  readonly service: Service;
  readonly module: Type;
  readonly renderers?: Renderers;
  /** What it seals of its messages, and with which keys. Throws when it lacks them: then it does not start. */
  readonly sealersOf?: (secrets: PlatformConfig['secrets']) => Sealers;
  /**
   * Prepares the HTTP side; only the gateway has one. It answers for identity: before it is reached off loopback, it
   * must refuse to be initialised without a way to tell callers apart.
   */
  readonly configureHttp?: (app: NestExpressApplication) => void;
}

/** The services of one process, running. */
export interface RunningServices {
  /** Where HTTP answers. */
  readonly url: string;
  /** Stops reading, finishes what is in hand, leaves the rest to the outbox and the broker, and disconnects. */
  stop(): Promise<void>;
}

/** How long a request may take to finish once the process is told to stop, in milliseconds. */
const REQUEST_GRACE_MS = 5_000;

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether who listens there is reached from this machine alone. */
export const isLoopbackHost = (host: string): boolean => LOOPBACK.has(host);

/** The root of a process is composed at start; it has nothing of its own. */
class ProcessRoot {}

/**
 * Starts services in this process: connections, modules, HTTP, then reading from the bus.
 * Refuses to listen off loopback where nobody answers for identity: health alone is no reason to be reached.
 */
export async function bootServices(
  apps: readonly ServiceApp[],
  config: PlatformConfig,
  credentialsOf: (app: ServiceApp) => Promise<ServiceCredentials>,
): Promise<RunningServices> {
  const gateway = apps.find((app) => app.configureHttp);
  if (!gateway && !isLoopbackHost(config.http.host))
    throw new CodedError(
      'unsafe_bind',
      `refusing to listen on ${config.http.host}: this process serves health alone, without authentication`,
    );
  const connections = await Promise.all(
    apps.map(async (app) => connectService(config.natsUrl, await credentialsOf(app))),
  );
  for (const { service, main } of connections)
    await checkBroker(main, service, config.topology).catch((error: unknown) =>
      new Logger(service).error({ message: 'the broker differs from the contract', error: String(error) }),
    );
  const root: DynamicModule = {
    module: ProcessRoot,
    imports: [
      RoadModule.forServices(config, connections),
      ...apps.map((app) => app.module),
      ...(gateway ? [] : [HealthModule.of(connections)]),
    ],
  };
  const app = await NestFactory.create<NestExpressApplication>(root, {
    bodyParser: false,
    logger: logger(),
    abortOnError: false,
  });
  let stopping = false;
  app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    // A caller that keeps its connection busy would hold up the end for ever.
    if (stopping) response.setHeader('connection', 'close');
    next();
  });
  gateway?.configureHttp?.(app);
  app.connectMicroservice({
    strategy: new JetStreamTransport(new Map(connections.map((c) => [c.service, c]))),
  });
  // First everything that is loaded at start: no message may find a service without its policy.
  await app.init();
  await app.startAllMicroservices();
  await app.listen(config.http.port, config.http.host);
  const address = app.getHttpServer().address() as { port: number };
  return {
    url: `http://${config.http.host}:${address.port}`,
    stop: async () => {
      stopping = true;
      const server = app.getHttpServer();
      const idle = setInterval(() => server.closeIdleConnections(), 100);
      const busy = setTimeout(() => server.closeAllConnections(), REQUEST_GRACE_MS);
      await app.close();
      clearInterval(idle);
      clearTimeout(busy);
      await Promise.all(connections.map(disconnectService));
      await shutdownTelemetry();
    },
  };
}

/** JSON lines to standard output; the level comes from `LOG_LEVEL`. */
function logger(): ConsoleLogger {
  const order: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
  const wanted = order.indexOf((process.env['LOG_LEVEL'] ?? 'log') as LogLevel);
  return new ConsoleLogger({
    json: true,
    colors: false,
    logLevels: order.slice(0, (wanted < 0 ? 3 : wanted) + 1),
  });
}

/**
 * Stops a process in order on SIGTERM and SIGINT, and exits 0; a second signal exits at once. The end of the process
 * that started it and holds its channel counts as a signal: nobody else would stop it, and its successor wants its port.
 */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(JSON.stringify({ level: 'error', message: 'stopping failed', error: String(error) }));
          process.exit(1);
        },
      );
    });
}
