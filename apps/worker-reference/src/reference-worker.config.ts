import { join } from 'node:path';
import { poolUser } from '@countersign/contracts';
import { followSecretFile } from '@countersign/messaging';
import type { ReferenceWorkerOptions } from './start-reference-workers.js';

/**
 * Reads the settings of the process. Throws with the name of the variable that is missing, and `CodedError` when a seed
 * is missing or open to others.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
): Omit<ReferenceWorkerOptions, 'log'> {
  const need = (name: string, meaning: string) => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set: ${meaning}`);
    return value;
  };
  const servers = need('NATS_URL', 'the URL of the broker, e.g. nats://127.0.0.1:4222');
  const keysDir = need('COUNTERSIGN_KEYS_DIR', 'the directory with the seeds of the users, <user>.nk');
  const dataDir = need('DATA_DIR', 'the directory for tickets, workspace and state');
  const seedOf = (pool: string) => followSecretFile(join(keysDir, `${poolUser(pool)}.nk`));
  const gatewayUrl = env['COUNTERSIGN_GATEWAY_URL'];
  const upload = gatewayUrl ? { gatewayUrl } : {};
  return { servers, dataDir, ...upload, seeds: { mcp: seedOf('mcp'), agent: seedOf('agent') } };
}
