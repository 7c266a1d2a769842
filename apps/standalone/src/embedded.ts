import { createServer } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findNatsServer, freePort, startNats, startPostgres } from '@countersign/infra';
import type { Topology } from '@countersign/contracts';
import type { KeyFolder } from '@countersign/service-kit';
import { writeBrokerConfig } from './set-up-platform.js';

/** An embedded PostgreSQL and nats-server. */
export interface EmbeddedServers {
  readonly natsUrl: string;
  /** Address of the administrator, with the password: a secret. */
  readonly adminUrl: string;
  /** The same place without a user, for the services. */
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts both with their data in `stateDir`, on the usual ports when these are free. `log` gets what takes long. */
export async function startEmbedded(options: {
  readonly stateDir: string;
  readonly topology: Topology;
  readonly keys: KeyFolder;
  readonly log: (message: string) => void;
}): Promise<EmbeddedServers> {
  const { stateDir, topology, keys, log } = options;
  await mkdir(stateDir, { recursive: true });
  const bin = await findNatsServer(join(stateDir, 'cache'), log);
  const natsPort = await usualPort(4222);
  const configFile = join(stateDir, 'nats.conf');
  await writeBrokerConfig(configFile, topology, keys, {
    host: '127.0.0.1',
    port: natsPort,
    storeDir: join(stateDir, 'jetstream'),
  });
  const nats = await startNats({ bin, configFile, port: natsPort, log });
  try {
    const postgresPort = await usualPort(5432);
    const postgres = await startPostgres({
      dataDir: join(stateDir, 'postgres'),
      port: postgresPort,
      password: await keys.adminPassword(),
      durable: true,
      log,
    });
    const url = new URL(postgres.url);
    return {
      natsUrl: `nats://127.0.0.1:${natsPort}`,
      adminUrl: postgres.url,
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
