import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../free-port.js';
import { InfraError } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { removeOnExit } from '../server/exit-guard.js';
import { startPostgres, type RunningPostgres } from './start-postgres.js';
import { sweepAbandoned } from './sweep-abandoned.js';

/** How often a port is chosen anew when another process takes it between the choice and the start. */
const PORT_TRIES = 5;

/** How the folders of throw-away servers begin. */
const PREFIX = 'countersign-pg-';

/** Options of a throw-away server. */
export interface EphemeralPostgresOptions {
  /** The superuser's password; without one, every local connection is trusted. */
  readonly password?: string;
  readonly log?: InfraLog;
}

/**
 * Starts a PostgreSQL for tests: own port, own temporary folder, no syncing to disk. The folder is removed by `stop`,
 * and when the current process exits; one left by a killed process is removed by the next start. After `kill` it stays until then, for whoever wants to look.
 */
export async function startEphemeralPostgres(
  options: EphemeralPostgresOptions = {},
): Promise<RunningPostgres> {
  await sweepAbandoned(tmpdir(), PREFIX, options.log);
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  const keep = removeOnExit(folder);
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    keep();
  };
  try {
    await chmod(folder, 0o711); // the server's account must pass through; what is inside is its own and private
    const server = await startOnFreePort(join(folder, 'data'), options);
    const relocated = server.dataDir === join(folder, 'data') ? undefined : dirname(server.dataDir);
    if (relocated) removeOnExit(relocated);
    const stop = async (signal?: NodeJS.Signals): Promise<void> => {
      await server.stop(signal);
      await remove();
      if (relocated) await rm(relocated, { recursive: true, force: true });
    };
    return { ...server, stop };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

async function startOnFreePort(dataDir: string, options: EphemeralPostgresOptions): Promise<RunningPostgres> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startPostgres({ ...options, dataDir, port: await freePort(), durable: false });
    } catch (thrown) {
      const taken = thrown instanceof InfraError && thrown.message.includes('Address already in use');
      if (!taken || tries === PORT_TRIES) throw thrown;
    }
  }
}
