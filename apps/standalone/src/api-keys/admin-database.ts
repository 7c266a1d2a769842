import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Service, type Topology } from '@countersign/contracts';
import { ADMIN_USER, freePort, startPostgres } from '@countersign/infra';
import { Database, schemaOf } from '@countersign/persistence';
import { KeyFolder } from '@countersign/service-kit';
import { migrateDatabase } from '../set-up-platform.js';

/** Where the database of an installation is to be found. */
export interface Installation {
  /** The administrator's address, when the database is not the embedded one. */
  readonly adminUrl: string | undefined;
  readonly stateDir: string;
  readonly keysDir: string;
  readonly topology: Topology;
}

/**
 * Runs work on the gateway's tables as the administrator: who serves requests may not make keys. The embedded database
 * is used where it runs, or else started for as long as the work takes.
 */
export async function withAdminDatabase<T>(
  installation: Installation,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (installation.adminUrl !== undefined) return onDatabase(await open(installation.adminUrl), work);
  const keys = await KeyFolder.open(installation.keysDir, installation.topology);
  const password = await keys.adminPassword();
  const running = await openRunning(installation.stateDir, password);
  if (running) return onDatabase(running, work);
  const dataDir = join(installation.stateDir, 'postgres');
  const server = await startPostgres({ dataDir, port: await freePort(), password, durable: true });
  try {
    await migrateDatabase(server.url, keys);
    return await onDatabase(await open(server.url), work);
  } finally {
    await server.stop();
  }
}

/** The database of the platform that runs on the state folder; undefined when none answers there. */
async function openRunning(stateDir: string, password: string): Promise<Database | undefined> {
  const text = await readFile(join(stateDir, 'platform.json'), 'utf8').catch(() => '{}');
  const { databaseUrl } = JSON.parse(text) as { readonly databaseUrl?: string };
  if (databaseUrl === undefined) return undefined;
  const url = new URL(databaseUrl);
  url.username = ADMIN_USER;
  url.password = password;
  // What was noted may be of a platform that has ended since. Who still holds the data is found out by starting on it.
  return open(url.href).catch(() => undefined);
}

const open = (url: string) =>
  Database.open({
    url,
    schema: schemaOf(Service.Gateway),
    poolSize: 1,
    applicationName: 'countersign keys',
  });

async function onDatabase<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
