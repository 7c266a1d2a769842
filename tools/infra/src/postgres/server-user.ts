import { InfraError } from '../infra-error.js';
import { runProgram } from '../run-program.js';

/** The unprivileged account PostgreSQL runs as when the starter is the superuser. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account to run PostgreSQL as: `undefined` (the current one) for an ordinary user. PostgreSQL refuses to run as
 * root, so root drops to `nobody`, or to the account named in POSTGRES_RUN_AS.
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const name = process.env['POSTGRES_RUN_AS'] || 'nobody';
  const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
  if (uid === 0) throw new InfraError('PostgreSQL refuses to run as root', remedy);
  return { name, uid, gid };
}

const remedy =
  'set POSTGRES_RUN_AS to an unprivileged account that exists on this machine, or start as an ordinary user.';

async function idOf(flag: string, name: string): Promise<number> {
  const { ok, output } = await runProgram('id', [flag, '--', name]);
  const id = Number(output);
  if (!ok || !Number.isInteger(id))
    throw new InfraError(`there is no account "${name}" to run PostgreSQL as`, remedy);
  return id;
}

/**
 * Whether this account can enter a folder. The account is asked, by entering it, because permission bits alone do not
 * tell (access lists, mounts).
 */
export async function canEnter(folder: string, user: ServerUser): Promise<boolean> {
  return (await runProgram('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { cwd: '/', user })).ok;
}
