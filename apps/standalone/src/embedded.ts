import { createServer } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findNatsServer, freePort, startNats, startPostgres } from '@countersign/infra';
import type { Topology } from '@countersign/contracts';
import type { KeyFolder } from '@countersign/service-kit';
import { openServerLog, type ServerLog } from './server-log.js';
import { writeBrokerConfig } from './set-up-platform.js';
import { supervise, type Supervisable, type Supervised } from './supervise.js';

/** An embedded PostgreSQL and nats-server. */
export interface EmbeddedServers {
  readonly natsUrl: string;
  /** Address of the administrator, with the password: a secret. */
  readonly adminUrl: string;
  /** The same place without a user, for the services. */
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts both with their data in `stateDir`, on the usual ports when these are free, and keeps them running. What they
 * print goes to `logs/` there; `log` gets what takes long and what goes wrong.
 */
export async function startEmbedded(options: {
  readonly stateDir: string;
  /** Where nats-server is kept once it was fetched. */
  readonly cacheDir: string;
  readonly topology: Topology;
  readonly keys: KeyFolder;
  readonly log: (message: string) => void;
}): Promise<EmbeddedServers> {
  const { stateDir, topology, keys, log } = options;
  await mkdir(stateDir, { recursive: true });
  const bin = await findNatsServer(options.cacheDir, log);
  const natsPort = await usualPort(4222);
  const configFile = join(stateDir, 'nats.conf');
  await writeBrokerConfig(configFile, topology, keys, {
    host: '127.0.0.1',
    port: natsPort,
    storeDir: join(stateDir, 'jetstream'),
  });
  const keepLogged = async <T extends Supervisable>(
    name: string,
    file: string,
    start: (line: ServerLog['line']) => Promise<T>,
  ): Promise<Supervised<T>> => {
    const serverLog = await openServerLog(join(stateDir, 'logs', file), log);
    try {
      const server = await supervise({ name, start: () => start(serverLog.line), log });
      return {
        first: server.first,
        stop: async () => {
          await server.stop();
          await serverLog.close();
        },
      };
    } catch (error) {
      log(`${name} did not start; its log is ${serverLog.file}`);
      await serverLog.close();
      throw error;
    }
  };
  const nats = await keepLogged('nats-server', 'nats.log', (line) =>
    startNats({ bin, configFile, port: natsPort, log: line }),
  );
  try {
    const port = await usualPort(5432);
    const password = await keys.adminPassword();
    const postgres = await keepLogged('PostgreSQL', 'postgres.log', (line) =>
      startPostgres({ dataDir: join(stateDir, 'postgres'), port, password, durable: true, log: line }),
    );
    const url = new URL(postgres.first.url);
    return {
      natsUrl: `nats://127.0.0.1:${natsPort}`,
      adminUrl: postgres.first.url,
      databaseUrl: `postgres://${url.host}${url.pathname}`,
      stop: async () => {
        await nats.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await nats.stop();
    throw error;
  }
}

/** The usual port when nobody has it, else any free one. */
async function usualPort(port: number): Promise<number> {
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  return free ? port : freePort();
}
