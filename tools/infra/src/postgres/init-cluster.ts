import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InfraError } from '../infra-error.js';
import { runProgram } from '../run-program.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { postgresEnv } from './postgres-env.js';
import type { ServerUser } from './server-user.js';

/** The cluster's superuser. */
export const ADMIN_USER = 'countersign_admin';
/** The database every cluster is created with. */
export const DATABASE = 'countersign';

/** A cluster to create. */
export interface NewCluster {
  readonly data: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | undefined;
  /** The superuser's password; without one, every local connection is trusted. */
  readonly password: string | undefined;
  readonly durable: boolean;
}

const remedy = 'check the free disk space and the rights on the data folder, then start again.';

/**
 * Creates a cluster with its superuser and its database. It is built beside its place and moved there when complete,
 * so that a crash half-way leaves nothing that looks like a cluster.
 */
export async function initCluster(cluster: NewCluster): Promise<void> {
  const { data, user, password } = cluster;
  const work = `${data}.initialising`;
  const built = join(work, 'data');
  const passwordFile = join(work, 'password');
  await rm(work, { recursive: true, force: true });
  try {
    await privateFolder(work, user);
    await privateFolder(built, user);
    if (password !== undefined) {
      await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
      if (user) await chown(passwordFile, user.uid, user.gid);
    }
    await runInitdb(cluster, built, password === undefined ? undefined : passwordFile);
    await createDatabase(cluster, built);
    await rename(built, data);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function privateFolder(path: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (user) await chown(path, user.uid, user.gid);
}

async function runInitdb(
  cluster: NewCluster,
  folder: string,
  passwordFile: string | undefined,
): Promise<void> {
  const access =
    passwordFile === undefined ? ['-A', 'trust'] : ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', folder, '-U', ADMIN_USER, '-E', 'UTF8', '--locale=C', ...access];
  const { ok, output } = await runProgram(
    cluster.binaries.initdb,
    cluster.durable ? args : [...args, '--no-sync'],
    {
      cwd: '/',
      env: postgresEnv(folder),
      user: cluster.user,
      timeoutMs: 120_000,
    },
  );
  if (!ok) throw new InfraError(`initdb failed: ${output}`, remedy);
}

/** Uses PostgreSQL's single-user mode: no port is open before the cluster is complete, and no client is needed. */
async function createDatabase(cluster: NewCluster, folder: string): Promise<void> {
  const sync = cluster.durable ? 'on' : 'off';
  const single = spawn(
    cluster.binaries.postgres,
    ['--single', '-D', folder, '-c', `fsync=${sync}`, 'postgres'],
    {
      cwd: '/',
      env: postgresEnv(folder),
      stdio: ['pipe', 'ignore', 'pipe'],
      ...(cluster.user ? { uid: cluster.user.uid, gid: cluster.user.gid } : {}),
    },
  );
  let said = '';
  single.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  // A program that ends early closes its input; its exit code and words tell why.
  single.stdin.on('error', (error) => (said += error.message));
  single.stdin.end(`CREATE DATABASE ${DATABASE};\n`);
  const [code] = (await once(single, 'close')) as [number | null];
  // Single-user mode reports a failed statement only in its words.
  if (code !== 0 || /ERROR|FATAL|PANIC/.test(said)) {
    throw new InfraError(`the database ${DATABASE} could not be created: ${said.trim()}`, remedy);
  }
}
