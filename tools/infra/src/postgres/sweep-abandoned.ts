import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { isAbandoned, stopLeftover } from '../server/pid-record.js';
import { postgresRecord, STOP_SIGNAL } from './postgres-record.js';

/**
 * Stops throw-away servers whose starter was killed, and removes their folders. Nobody would start on those folders
 * again, so nobody else would notice them. Only folders of the current account with an orphaned server count; what
 * cannot be swept is logged and stays, because it does not concern the server about to start.
 */
export async function sweepAbandoned(parent: string, prefix: string, log?: InfraLog): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  for (const folder of names.map((name) => join(parent, name))) {
    try {
      const entry = await lstat(folder);
      if (!entry.isDirectory() || entry.uid !== process.getuid?.()) continue;
      const record = postgresRecord(join(folder, 'data'));
      if (!isAbandoned(record)) continue;
      await stopLeftover(record, STOP_SIGNAL, log);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch (thrown) {
      log?.(`an abandoned server in ${folder} could not be removed: ${reasonOf(thrown)}`);
    }
  }
}
