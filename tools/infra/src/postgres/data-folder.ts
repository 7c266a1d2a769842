import { randomBytes } from 'node:crypto';
import { chown, lstat, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode, InfraError } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { runProgram } from '../run-program.js';
import { canEnter, type ServerUser } from './server-user.js';
import { SHARED_FOLDER } from './shared-copy.js';

/** What a data folder holds. */
export const FolderState = { Empty: 'empty', Cluster: 'cluster' } as const;
export type FolderState = (typeof FolderState)[keyof typeof FolderState];

/**
 * The folder to keep the data in: the wanted one, or where the server's account cannot reach it, a private folder
 * under /var/tmp whose path is kept in `<wanted>.path` and used again next time.
 */
export async function reachableDataFolder(
  wanted: string,
  user: ServerUser | undefined,
  log?: InfraLog,
): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true });
  if (!user || (await canEnter(dirname(wanted), user))) return wanted;
  const note = `${wanted}.path`;
  const noted = await readFile(note, 'utf8').catch((thrown: unknown) => {
    if (hasCode(thrown, 'ENOENT')) return '';
    throw thrown;
  });
  if (noted !== '') return requirePrivate(noted.trim(), note, user);
  const home = join(SHARED_FOLDER, `countersign-data-${randomBytes(8).toString('hex')}`);
  await mkdir(home, { mode: 0o700 });
  await chown(home, user.uid, user.gid);
  const data = join(home, 'data');
  // In one step: half a path would send the next start to an empty folder and lose the data from sight.
  await writeFile(`${note}.new`, `${data}\n`, { mode: 0o600 });
  await rename(`${note}.new`, note);
  log?.(`the account ${user.name} cannot enter ${dirname(wanted)}; PostgreSQL keeps its data in ${data}`);
  return data;
}

async function requirePrivate(data: string, note: string, user: ServerUser): Promise<string> {
  const home = await lstat(dirname(data)).catch((thrown: unknown) => {
    if (hasCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  });
  if (home?.isDirectory() && home.uid === user.uid && (home.mode & 0o077) === 0) return data;
  throw new InfraError(
    `${note} says the data is in ${data}, but ${dirname(data)} is ${home ? `not a private folder of ${user.name}` : 'gone'}`,
    `restore that folder, or remove ${note} to begin with empty data.`,
  );
}

/** What the folder holds. A folder with other things in it is refused: it is somebody's. */
export async function folderState(data: string): Promise<FolderState> {
  let names: string[];
  try {
    names = await readdir(data);
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return FolderState.Empty;
    throw thrown;
  }
  if (names.includes('PG_VERSION')) return FolderState.Cluster;
  if (names.length === 0) return FolderState.Empty;
  throw new InfraError(
    `${data} is neither empty nor a PostgreSQL data folder; it was not touched`,
    'choose another data folder, or empty this one.',
  );
}

/** Gives an existing data folder to the account that runs the server. */
export async function ownDataFolder(data: string, user: ServerUser | undefined): Promise<void> {
  if (!user || (await stat(data)).uid === user.uid) return;
  const { ok, output } = await runProgram('chown', ['-R', `${user.uid}:${user.gid}`, '--', data]);
  if (!ok) throw new InfraError(`${data} cannot be given to ${user.name}: ${output}`, 'check who owns it.');
}
