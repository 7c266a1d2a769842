import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findNatsServer,
  freePort,
  startEphemeralPostgres,
  startNats,
  type RunningPostgres,
  type RunningServer,
} from '@countersign/infra';
import { KeyFolder, readTopology } from '@countersign/service-kit';
import { ROOT, setUpPlatform, writeBrokerConfig } from '@countersign/standalone';

/** Real servers with everything set up, on ports and folders of their own. */
export interface TestServers {
  readonly stateDir: string;
  readonly keys: KeyFolder;
  readonly postgres: RunningPostgres;
  readonly natsUrl: string;
  nats: RunningServer;
  /** The environment of services that use these servers. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts nats-server again on its port and its data. */
  restartNats(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServers(): Promise<TestServers> {
  const stateDir = await mkdtemp(join(tmpdir(), 'countersign-flow-'));
  const topology = await readTopology(join(ROOT, 'config/platform.yaml'));
  const keys = await KeyFolder.open(join(stateDir, 'keys'), topology);
  const bin = await findNatsServer(join(ROOT, '.countersign/cache'));
  const natsPort = await freePort();
  const configFile = join(stateDir, 'nats.conf');
  await writeBrokerConfig(configFile, topology, keys, {
    host: '127.0.0.1',
    port: natsPort,
    storeDir: join(stateDir, 'jetstream'),
  });
  const start = () => startNats({ bin, configFile, port: natsPort });
  const [nats, postgres] = await Promise.all([start(), startEphemeralPostgres()]);
  const natsUrl = `nats://127.0.0.1:${natsPort}`;
  await setUpPlatform({ adminUrl: postgres.url, natsUrl, topology, keys });
  const databaseUrl = new URL(postgres.url);
  databaseUrl.username = '';
  databaseUrl.password = '';
  const servers: TestServers = {
    stateDir,
    keys,
    postgres,
    natsUrl,
    nats,
    env: {
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl.href,
      COUNTERSIGN_KEYS_DIR: join(stateDir, 'keys'),
      COUNTERSIGN_STATE_DIR: stateDir,
      COUNTERSIGN_PORT: '0',
      LOG_LEVEL: 'warn',
    },
    restartNats: async () => {
      servers.nats = await start();
    },
    stop: async () => {
      await servers.nats.stop();
      await postgres.stop();
      await rm(stateDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return servers;
}
