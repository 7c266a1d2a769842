import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  poolUser,
  producerUser,
  PROVISIONER_USER,
  STREAM_LIST,
  Subjects,
  tailOf,
} from '@countersign/contracts';
import { freePort, startNats, startPostgres, type RunningPostgres } from '@countersign/infra';
import { Bus } from '@countersign/messaging';
import { KeyFolder } from '@countersign/service-kit';
import { APPS, ROOT, setUpPlatform, startChild, writeBrokerConfig } from '@countersign/standalone';
import { ablatedEnv, requireEdited } from '../ablation/ablated-env.js';
import type { Ablation } from '../ablation/ablation.js';
import { editsFor } from '../ablation/edits.js';
import { writeOpenBrokerConfig } from '../ablation/open-broker.js';
import type { CollectorSettings } from '../load/collector.js';
import { POOL, PRODUCER, TENANT, TOPIC } from '../load/job-body.js';
import type {
  BrokerAccess,
  FromCollector,
  FromProducer,
  ProducerSettings,
  ToCollector,
  ToProducer,
} from '../load/messages.js';
import { streamBacklog } from '../measure/stream-backlog.js';
import { startPart } from '../parts/part.js';
import { terminalLog } from '../parts/part-process.js';
import { beginStatements, preloadStatements, writeStatements } from '../profile/statements.js';
import type { Rig, RigOptions } from '../rig.js';
import { Stops } from '../stops.js';
import { TOPOLOGY, writeGovernedFiles } from './governed-files.js';
import { verifyGoverned } from './verify-governed.js';
import type { WorkerSettings } from './worker.js';

const SERVICE_SCRIPT = join(ROOT, 'apps/standalone/dist/service.js');
/** Where the jobs arrive when no import of an account stamps the producer on them. */
const CORE_SUBJECT = Subjects.jobFrom.address({ producer: PRODUCER, tail: tailOf(TOPIC)! });
const STANDALONE_SCRIPT = join(ROOT, 'bench/dist/governed/standalone-services.js');

/**
 * Starts the governed road: each service as a process of its own, or all in one. PostgreSQL syncs every commit. The road
 * is as the product has it but for what it goes `without`.
 */
export async function startGovernedRig(
  mode: 'processes' | 'standalone',
  without: readonly Ablation[],
  { folder, natsBin, env: outerEnv, profileDir }: RigOptions,
): Promise<Rig> {
  const stops = new Stops();
  const ablation = { edits: editsFor(without), editedFile: join(folder, 'edited-modules') };
  const env = ablatedEnv(outerEnv, ablation);
  const oneAccount = without.includes('accounts');
  return stops.guard(async () => {
    const { topologyFile, policyFile } = await writeGovernedFiles(folder);
    const keysDir = join(folder, 'keys');
    const keys = await KeyFolder.open(keysDir, TOPOLOGY);
    const natsPort = await freePort();
    const configFile = join(folder, 'nats.conf');
    const writeConfig = oneAccount ? writeOpenBrokerConfig : writeBrokerConfig;
    await writeConfig(configFile, TOPOLOGY, keys, {
      host: '127.0.0.1',
      port: natsPort,
      storeDir: join(folder, 'jetstream'),
    });
    const nats = await startNats({ bin: natsBin, configFile, port: natsPort });
    stops.add(() => nats.stop());
    const postgres = await durablePostgres(folder, keys, stops, profileDir !== undefined);
    const natsUrl = `nats://127.0.0.1:${natsPort}`;
    await setUpPlatform({ adminUrl: postgres.url, natsUrl, topology: TOPOLOGY, keys });
    const { host, pathname } = new URL(postgres.url);
    const services = await startServices(mode, stops, {
      ...env,
      NATS_URL: natsUrl,
      DATABASE_URL: `postgres://${host}${pathname}`,
      COUNTERSIGN_KEYS_DIR: keysDir,
      COUNTERSIGN_CONFIG: topologyFile,
      COUNTERSIGN_POLICIES: policyFile,
      COUNTERSIGN_PORT: '0',
      LOG_LEVEL: 'warn',
    });
    const seeded = async (user: string): Promise<BrokerAccess> => ({
      servers: natsUrl,
      user,
      seed: await keys.seedOf(user),
    });
    const provisioner = await Bus.connect({ ...(await seeded(PROVISIONER_USER)), log: terminalLog });
    stops.add(() => provisioner.close());
    const { seed } = await seeded(poolUser(POOL));
    const worker = await startPart(
      'governed/worker',
      { servers: natsUrl, seed, stateDir: join(folder, 'worker') } satisfies WorkerSettings,
      env,
    );
    stops.add(() => worker.stop());
    const access = await seeded(producerUser(PRODUCER));
    const subject = Subjects.output.filter({ tenant: TENANT, producer: PRODUCER });
    const collector = await startPart<ToCollector, FromCollector>(
      'load/collector',
      { ...access, from: { kind: 'subject', subject } } satisfies CollectorSettings,
      env,
    );
    stops.add(() => collector.stop());
    const producer = await startPart<ToProducer, FromProducer>(
      'load/producer',
      { ...access, ...(oneAccount ? { subject: CORE_SUBJECT } : {}) } satisfies ProducerSettings,
      env,
    );
    stops.add(() => producer.stop());
    await requireEdited(ablation);
    return {
      producer,
      collector,
      processes: new Map([
        ['nats', nats.pid],
        ['postgres', postgres.pid],
        ['producer', producer.pid],
        ...services,
        ['worker', worker.pid],
        ['collector', collector.pid],
      ]),
      backlog: () =>
        streamBacklog(
          provisioner,
          STREAM_LIST.map(({ name }) => name),
        ),
      verify: async (ids) => {
        if (profileDir !== undefined) {
          const name = [mode, ...without.map((ablation) => `no-${ablation}`)].join('-');
          await writeStatements(postgres.url, profileDir, name);
        }
        return verifyGoverned({
          adminUrl: postgres.url,
          natsUrl,
          keys,
          ids,
          claimed: !without.includes('claim'),
        });
      },
      stop: () => stops.run(),
    };
  });
}

async function durablePostgres(
  folder: string,
  keys: KeyFolder,
  stops: Stops,
  countStatements: boolean,
): Promise<RunningPostgres> {
  const dataDir = join(folder, 'postgres');
  await mkdir(dataDir, { recursive: true });
  await chmod(folder, 0o711); // the server's account must pass through
  const port = await freePort();
  const password = await keys.adminPassword();
  const start = () => startPostgres({ dataDir, port, password, durable: true });
  let postgres = await start();
  stops.add(async () => {
    await postgres.stop();
    if (postgres.dataDir !== dataDir) await rm(dirname(postgres.dataDir), { recursive: true, force: true });
  });
  if (countStatements) {
    await preloadStatements(postgres.url);
    await postgres.stop();
    postgres = await start();
    await beginStatements(postgres.url);
  }
  return postgres;
}

async function startServices(
  mode: 'processes' | 'standalone',
  stops: Stops,
  env: NodeJS.ProcessEnv,
): Promise<[name: string, pid: number][]> {
  const start = async (name: string, script: string, args: readonly string[]): Promise<[string, number]> => {
    const child = await startChild(script, args, env, (line) => {
      if (!line.includes('"ready"')) console.error(line);
    });
    stops.add(() => child.stop());
    return [name, child.process.pid!];
  };
  if (mode === 'standalone') return [await start('services', STANDALONE_SCRIPT, [])];
  return Promise.all(APPS.map((app) => start(app.service, SERVICE_SCRIPT, [app.service])));
}
