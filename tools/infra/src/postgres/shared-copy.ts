import { createHash, randomBytes } from 'node:crypto';
import { cp, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, InfraError } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';

/** Every account can enter it and it outlives a restart of the machine. */
export const SHARED_FOLDER = '/var/tmp';

/**
 * A copy of PostgreSQL's installation that an unprivileged account can read, made once per installation. It belongs to
 * root and nobody else can write it: what the account runs must not be its own to change.
 */
export async function copyForServerUser(installation: string, log?: InfraLog): Promise<string> {
  const { mtimeMs } = await lstat(join(installation, 'bin', 'postgres'));
  const key = createHash('sha256').update(`${installation}\n${mtimeMs}`).digest('hex').slice(0, 16);
  const target = join(SHARED_FOLDER, `countersign-postgres-${key}`);
  if (await isOurs(target)) return target;
  log?.(
    `copying PostgreSQL's programs to ${target}, because the account that runs them cannot enter ${installation}`,
  );
  const work = `${target}.${randomBytes(6).toString('hex')}`;
  await mkdir(work, { mode: 0o755 });
  try {
    await cp(installation, work, { recursive: true, verbatimSymlinks: true });
    await rename(work, target);
  } catch (thrown) {
    await rm(work, { recursive: true, force: true });
    // Another start finished its copy first; it is the same one.
    if (!(hasCode(thrown, 'ENOTEMPTY', 'EEXIST') && (await isOurs(target)))) throw thrown;
  }
  return target;
}

/** Anyone may create names in the shared folder, so an existing one counts only if root owns it and alone may write. */
async function isOurs(path: string): Promise<boolean> {
  try {
    const entry = await lstat(path);
    if (entry.isDirectory() && entry.uid === 0 && (entry.mode & 0o022) === 0) return true;
    throw new InfraError(
      `${path} exists, but was not made by this program`,
      `look at ${path} and remove it.`,
    );
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return false;
    throw thrown;
  }
}
