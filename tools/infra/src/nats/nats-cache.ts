import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InfraError, reasonOf } from '../infra-error.js';
import { checkNatsBinary } from './nats-binary.js';

/** Where the cache keeps the binary from one source. */
export function cachedPath(cacheDir: string, id: string): string {
  return join(cacheDir, 'nats-server', id, 'nats-server');
}

/**
 * Lets `fetchBinary` work in a fresh folder, then moves the binary it returns into the cache in one step. Several
 * processes may do this at once: each has its own folder, the last move wins, and nobody ever sees half a file.
 */
export async function installIntoCache(
  cacheDir: string,
  id: string,
  fetchBinary: (folder: string) => Promise<string>,
): Promise<string> {
  const target = cachedPath(cacheDir, id);
  const work = await workFolder(cacheDir);
  try {
    const binary = await fetchBinary(work);
    await chmod(binary, 0o755);
    const check = await checkNatsBinary(binary);
    if (!check.usable) {
      throw new Error(`the nats-server it gave cannot be used: ${check.reason}`);
    }
    await mkdir(join(target, '..'), { recursive: true });
    await rename(binary, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function workFolder(cacheDir: string): Promise<string> {
  try {
    await mkdir(join(cacheDir, 'nats-server'), { recursive: true });
    // Inside the cache, so that the final move stays on one file system.
    return await mkdtemp(join(cacheDir, 'nats-server', '.work-'));
  } catch (thrown) {
    throw new InfraError(
      `the cache folder ${cacheDir} cannot be written: ${reasonOf(thrown)}`,
      'make it writable, or set NATS_SERVER_BIN to an installed nats-server.',
      { cause: thrown },
    );
  }
}
