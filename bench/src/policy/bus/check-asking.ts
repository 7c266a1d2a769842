import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Service, serviceUser, Subjects, type PolicyCheckRequest } from '@countersign/contracts';
import { freePort, startNats, startPostgres } from '@countersign/infra';
import { Bus } from '@countersign/messaging';
import { KeyFolder } from '@countersign/service-kit';
import { ROOT, setUpPlatform, startChild, writeBrokerConfig } from '@countersign/standalone';
import { TOPOLOGY } from '../../governed/governed-files.js';
import { terminalLog } from '../../parts/part-process.js';
import type { Stops } from '../../stops.js';

const SERVICE_SCRIPT = join(ROOT, 'apps/standalone/dist/service.js');

/** Broker with accounts, database and policy-evaluator as the product starts them; the gateway's user asks. */
export async function startCheckAsking(
  stops: Stops,
  { folder, natsBin, policy }: { readonly folder: string; readonly natsBin: string; readonly policy: string },
): Promise<(question: PolicyCheckRequest) => Promise<unknown>> {
  const topologyFile = join(folder, 'platform.yaml');
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(topologyFile, JSON.stringify(TOPOLOGY));
  await writeFile(policyFile, policy);
  const keysDir = join(folder, 'keys');
  const keys = await KeyFolder.open(keysDir, TOPOLOGY);
  const port = await freePort();
  const configFile = join(folder, 'nats.conf');
  const storeDir = join(folder, 'jetstream');
  await writeBrokerConfig(configFile, TOPOLOGY, keys, { host: '127.0.0.1', port, storeDir });
  const nats = await startNats({ bin: natsBin, configFile, port });
  stops.add(() => nats.stop());
  const adminUrl = await startDatabase(stops, folder, keys);
  const natsUrl = `nats://127.0.0.1:${port}`;
  await setUpPlatform({ adminUrl, natsUrl, topology: TOPOLOGY, keys });
  const { host, pathname } = new URL(adminUrl);
  const env = {
    ...process.env,
    NATS_URL: natsUrl,
    DATABASE_URL: `postgres://${host}${pathname}`,
    COUNTERSIGN_KEYS_DIR: keysDir,
    COUNTERSIGN_CONFIG: topologyFile,
    COUNTERSIGN_POLICIES: policyFile,
    COUNTERSIGN_PORT: '0',
    LOG_LEVEL: 'warn',
  };
  const evaluator = await startChild(SERVICE_SCRIPT, [Service.PolicyEvaluator], env, (line) => {
    // That some rules rest on an absent tag is what they are there for.
    if (!line.includes('"ready"') && !line.includes('rests_on_absent_client_tag')) console.error(line);
  });
  stops.add(() => evaluator.stop());
  const user = serviceUser(Service.Gateway);
  const bus = await Bus.connect({ servers: natsUrl, user, seed: await keys.seedOf(user), log: terminalLog });
  stops.add(() => bus.close());
  return (question) => bus.request(Subjects.policyCheck.template, question);
}

async function startDatabase(stops: Stops, folder: string, keys: KeyFolder): Promise<string> {
  const dataDir = join(folder, 'postgres');
  await mkdir(dataDir, { recursive: true });
  await chmod(folder, 0o711); // the server's account must pass through
  const postgres = await startPostgres({
    dataDir,
    port: await freePort(),
    password: await keys.adminPassword(),
    durable: true,
  });
  stops.add(async () => {
    await postgres.stop();
    if (postgres.dataDir !== dataDir) await rm(dirname(postgres.dataDir), { recursive: true, force: true });
  });
  return postgres.url;
}
