import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { brokerConfig, PROVISIONER_USER, type Topology } from '@countersign/contracts';
import { Bus, provision } from '@countersign/messaging';
import { migrate } from '@countersign/persistence';
import { databaseRolesOf, type KeyFolder } from '@countersign/service-kit';
import { MIGRATIONS } from './apps.js';

/** Writes the broker's configuration for a topology: accounts, users, rights. */
export async function writeBrokerConfig(
  file: string,
  topology: Topology,
  keys: KeyFolder,
  at: { readonly host: string; readonly port: number; readonly storeDir: string },
): Promise<void> {
  const publicKeys = await keys.publicKeys(topology);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, brokerConfig(topology, { ...at, publicKeyOf: (user) => publicKeys.get(user)! }), {
    mode: 0o600,
  });
}

/** Brings the database alone to what the services expect: roles, schemas, migrations, rights. */
export async function migrateDatabase(adminUrl: string, keys: KeyFolder): Promise<void> {
  const roles = MIGRATIONS.flatMap(({ service }) => databaseRolesOf(service));
  const passwords = new Map(
    await Promise.all(roles.map(async (role) => [role, await keys.rolePassword(role)] as const)),
  );
  await migrate(adminUrl, MIGRATIONS, (role) => {
    const password = passwords.get(role);
    if (password === undefined) throw new RangeError(`no password for ${role}`);
    return password;
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
  await migrateDatabase(options.adminUrl, options.keys);
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
