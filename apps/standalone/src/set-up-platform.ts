import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { brokerConfig, brokerUsers, PROVISIONER_USER, type Topology } from '@countersign/contracts';
import { Bus, provision } from '@countersign/messaging';
import { migrate } from '@countersign/persistence';
import type { KeyFolder } from '@countersign/service-kit';
import { MIGRATIONS } from './apps.js';

/** Writes the broker's configuration for a topology: accounts, users, rights. */
export async function writeBrokerConfig(
  file: string,
  topology: Topology,
  keys: KeyFolder,
  at: { readonly host: string; readonly port: number; readonly storeDir: string },
): Promise<void> {
  const users = ['sys', ...brokerUsers(topology).map((user) => user.name)];
  const publicKeys = new Map(
    await Promise.all(users.map(async (user) => [user, await keys.publicKeyOf(user)] as const)),
  );
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, brokerConfig(topology, { ...at, publicKeyOf: (user) => publicKeys.get(user)! }), {
    mode: 0o600,
  });
}

/**
 * Brings database and broker to what the services expect: roles, schemas and migrations; streams and consumers.
 * The one step that has administrative rights. May be repeated.
 */
export async function setUpPlatform(options: {
  readonly adminUrl: string;
  readonly natsUrl: string;
  readonly topology: Topology;
  readonly keys: KeyFolder;
}): Promise<void> {
  const passwords = new Map(
    await Promise.all(
      MIGRATIONS.map(async ({ service }) => [service, await options.keys.passwordOf(service)] as const),
    ),
  );
  await migrate(options.adminUrl, MIGRATIONS, (service) => passwords.get(service)!);
  const bus = await Bus.connect({
    servers: options.natsUrl,
    user: PROVISIONER_USER,
    seed: await options.keys.seedOf(PROVISIONER_USER),
    name: PROVISIONER_USER,
  });
  try {
    await provision(bus, options.topology);
  } finally {
    await bus.close();
  }
}
