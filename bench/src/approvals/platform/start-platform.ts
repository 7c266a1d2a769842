import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { poolUser } from '@countersign/contracts';
import { freePort, startNats, startPostgres, type RunningPostgres } from '@countersign/infra';
import { KeyFolder } from '@countersign/service-kit';
import { ROOT, setUpPlatform, startChild, writeBrokerConfig } from '@countersign/standalone';
import { startPart, type Part } from '../../parts/part.js';
import { beginStatements, preloadStatements, writeStatements } from '../../profile/statements.js';
import type { Stops } from '../../stops.js';
import type { Held } from '../measure/held.js';
import { POOL, TOPOLOGY, writeFiles } from './files.js';
import type { WorkerSettings } from './worker.js';

const SERVICES_SCRIPT = join(ROOT, 'bench/dist/governed/standalone-services.js');
/** More questions than any part of the benchmark asks. */
const LIMIT = '1000000';

/** The governed road as `npm start` runs it, all services in one process, and a worker beside it. */
export interface ApprovalsPlatform {
  /** Where HTTP is. */
  readonly url: string;
  /** PostgreSQL as its administrator; every commit is synced. */
  readonly adminUrl: string;
  readonly worker: Part<never, 'ready' | Held>;
  /** Process ids by the name their CPU time is told under. */
  readonly processes: ReadonlyMap<string, number>;
  /** Does some work; with a folder for profiles, writes the CPU profile of the services meanwhile into it. */
  readonly profiled: <T>(work: () => Promise<T>) => Promise<T>;
  /** With a folder for profiles, writes into it what the database was asked since the start. */
  readonly writeStatements: () => Promise<void>;
}

export async function startApprovalsPlatform(
  stops: Stops,
  options: { readonly folder: string; readonly natsBin: string; readonly profileDir?: string },
): Promise<ApprovalsPlatform> {
  const { folder, natsBin, profileDir } = options;
  const { topologyFile, policyFile } = await writeFiles(folder);
  const keysDir = join(folder, 'keys');
  const keys = await KeyFolder.open(keysDir, TOPOLOGY);
  const port = await freePort();
  const configFile = join(folder, 'nats.conf');
  const storeDir = join(folder, 'jetstream');
  await writeBrokerConfig(configFile, TOPOLOGY, keys, { host: '127.0.0.1', port, storeDir });
  const nats = await startNats({ bin: natsBin, configFile, port });
  stops.add(() => nats.stop());
  const postgres = await startDatabase(stops, folder, keys, profileDir !== undefined);
  const adminUrl = postgres.url;
  const natsUrl = `nats://127.0.0.1:${port}`;
  await setUpPlatform({ adminUrl, natsUrl, topology: TOPOLOGY, keys });
  const { host, pathname } = new URL(adminUrl);
  const profiled = profileDir === undefined ? {} : profiling(profileDir);
  const env = {
    ...process.env,
    ...profiled,
    NATS_URL: natsUrl,
    DATABASE_URL: `postgres://${host}${pathname}`,
    COUNTERSIGN_KEYS_DIR: keysDir,
    COUNTERSIGN_CONFIG: topologyFile,
    COUNTERSIGN_POLICIES: policyFile,
    COUNTERSIGN_APPROVALS_PER_TENANT: LIMIT,
    COUNTERSIGN_APPROVALS_PER_AGENT: LIMIT,
    COUNTERSIGN_PORT: '0',
    LOG_LEVEL: 'error',
  };
  let url = '';
  const services = await startChild(SERVICES_SCRIPT, [], env, (line) => {
    const ready = /"ready","url":"([^"]+)"/.exec(line);
    if (ready?.[1] !== undefined) url = ready[1];
    else console.error(line);
  });
  stops.add(() => services.stop());
  const worker = await startPart<never, 'ready' | Held>('approvals/platform/worker', {
    servers: natsUrl,
    seed: await keys.seedOf(poolUser(POOL)),
    stateDir: join(folder, 'worker'),
  } satisfies WorkerSettings);
  stops.add(() => worker.stop());
  return {
    url,
    adminUrl,
    worker,
    processes: new Map([
      ['services', services.process.pid!],
      ['postgres', postgres.pid],
      ['nats', nats.pid],
      ['worker', worker.pid],
    ]),
    profiled: async (work) => {
      const toggle = () => void (profileDir !== undefined && services.process.kill('SIGUSR2'));
      toggle();
      try {
        return await work();
      } finally {
        toggle();
      }
    },
    writeStatements: async () => {
      if (profileDir !== undefined) await writeStatements(adminUrl, profileDir, 'approvals');
    },
  };
}

/** The environment of a process that writes a CPU profile of what happens between two SIGUSR2. */
function profiling(profileDir: string): NodeJS.ProcessEnv {
  const preload = new URL('../../profile/preload.js', import.meta.url).href;
  return {
    NODE_OPTIONS: `--import ${preload}`,
    BENCH_PROFILE_DIR: profileDir,
    BENCH_PROFILE_PREFIX: 'approvals',
  };
}

async function startDatabase(
  stops: Stops,
  folder: string,
  keys: KeyFolder,
  countStatements: boolean,
): Promise<RunningPostgres> {
  const dataDir = join(folder, 'postgres');
  await mkdir(dataDir, { recursive: true });
  await chmod(folder, 0o711); // the server's account must pass through
  const settings = { dataDir, port: await freePort(), password: await keys.adminPassword(), durable: true };
  let postgres = await startPostgres(settings);
  stops.add(async () => {
    await postgres.stop();
    if (postgres.dataDir !== dataDir) await rm(dirname(postgres.dataDir), { recursive: true, force: true });
  });
  if (countStatements) {
    await preloadStatements(postgres.url);
    await postgres.stop();
    postgres = await startPostgres(settings);
    await beginStatements(postgres.url);
  }
  return postgres;
}
