import { readFileSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { CodedError } from '@countersign/kernel';

const GROUP = 0o070;
const GROUP_READ = 0o040;
const OTHERS = 0o007;

/**
 * Reads a seed, key or password from its file. Throws `CodedError('missing_key')` when it can't be read and
 * `CodedError('unsafe_key')` when somebody else could read or change it.
 */
export function readSecretFile(path: string): string {
  try {
    refuseOpenToOthers(path, statSync(path));
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError(
      'missing_key',
      `the key file ${basename(path)} can't be read in ${dirname(path)}; the setup step makes it`,
      { cause },
    );
  }
}

/**
 * Reads a secret that settings name; `folder` is where relative paths begin. Throws `CodedError('invalid_config')`
 * with the path when it can't be read and `CodedError('unsafe_key')` when somebody else could read or change it.
 */
export function readNamedSecret(path: string, folder = '.'): string {
  const place = resolve(folder, path);
  try {
    return readSecretFile(place);
  } catch (cause) {
    // No step of a set-up makes it: who has named it has to.
    if (!(cause instanceof CodedError) || cause.code !== 'missing_key') throw cause;
    throw new CodedError('invalid_config', `the file ${place} can't be read`, { cause });
  }
}

/** Reads the file now, and again at each call, as keys rotate. What was read last is given when it can't be. */
export function followSecretFile(path: string): () => string {
  let text = readSecretFile(path);
  return () => {
    try {
      text = readSecretFile(path);
    } catch {
      // A connection that comes back must not fail on a file that is being replaced; the broker decides about the key.
    }
    return text;
  };
}

/**
 * A mounted secret belongs to somebody else, often root, and reaches an unprivileged process through its group alone:
 * then the group may read, and nothing more. A file of one's own needs no group.
 */
function refuseOpenToOthers(path: string, { mode, uid }: Stats): void {
  // Windows has no such bits.
  if (process.getuid === undefined) return;
  const group = mode & GROUP;
  const isMounted = uid !== process.getuid() && group === GROUP_READ;
  if ((mode & OTHERS) === 0 && (group === 0 || isMounted)) return;
  const bits = (mode & 0o777).toString(8).padStart(4, '0');
  throw new CodedError(
    'unsafe_key',
    `the key file ${path} is open to others (mode ${bits}); run: chmod 600 ${path}`,
  );
}
