import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poolUser } from '@countersign/contracts';
import type { ReferenceWorkerOptions } from './start-reference-workers.js';

/** Reads the settings of the process. Throws with the name of the variable that is missing. */
export async function readConfig(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Omit<ReferenceWorkerOptions, 'log'>> {
  const need = (name: string, meaning: string) => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set: ${meaning}`);
    return value;
  };
  const servers = need('NATS_URL', 'the URL of the broker, e.g. nats://127.0.0.1:4222');
  const keysDir = need('COUNTERSIGN_KEYS_DIR', 'the directory with the seeds of the users, <user>.nk');
  const dataDir = need('DATA_DIR', 'the directory for tickets, workspace and state');
  const seedOf = async (pool: string) =>
    (await readFile(join(keysDir, `${poolUser(pool)}.nk`), 'utf8')).trim();
  return { servers, dataDir, seeds: { mcp: await seedOf('mcp'), agent: await seedOf('agent') } };
}
