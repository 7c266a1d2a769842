import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InfraError } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { launchServer, type Launch } from '../server/launch-server.js';
import { stopLeftover } from '../server/pid-record.js';
import type { RunningServer } from '../server/running-server.js';
import { FolderState, folderState, ownDataFolder, reachableDataFolder } from './data-folder.js';
import { ADMIN_USER, DATABASE, initCluster } from './init-cluster.js';
import { postgresBinaries } from './postgres-binaries.js';
import { postgresEnv } from './postgres-env.js';
import { postgresRecord, STOP_SIGNAL } from './postgres-record.js';
import { serverUser } from './server-user.js';

/** What PostgreSQL to start. */
export interface PostgresOptions {
  /** Where the cluster lives; created when absent or empty. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1, the only address it listens on. */
  readonly port: number;
  /** The superuser's password, set when the cluster is created. Without one, every local connection is trusted. */
  readonly password?: string;
  /** Whether a commit must survive the loss of power. `false` is for tests: a crash of the machine may corrupt it. */
  readonly durable: boolean;
  readonly log?: InfraLog;
}

/** A PostgreSQL server that accepts connections. */
export interface RunningPostgres extends RunningServer {
  /** Connection address of the superuser, with the password if there is one. A secret then: do not log it. */
  readonly url: string;
  /** Where the data really is: the wanted folder, or the one noted in `<dataDir>.path`. */
  readonly dataDir: string;
}

/** After a crash the old server's own children hold the data for a moment; a start is tried again for this long, in ms. */
const OLD_CHILDREN_MS = 15_000;
/** Pause between two such tries, in milliseconds. */
const TRY_AGAIN_MS = 200;
/** PostgreSQL's words for that case. */
const STILL_HELD = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;

/**
 * Starts PostgreSQL on a data folder, creating the cluster and its database first if there is none, and waits until it
 * accepts connections. A server left behind by a crashed run on the same folder is stopped first.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { port, password, durable, log } = options;
  const user = await serverUser();
  const binaries = await postgresBinaries(user, log);
  const data = await reachableDataFolder(resolve(options.dataDir), user, log);
  const record = postgresRecord(data);
  await stopLeftover(record, STOP_SIGNAL, log);
  if ((await folderState(data)) === FolderState.Empty) {
    log?.(`creating a PostgreSQL cluster in ${data}`);
    await initCluster({ data, binaries, user, password, durable });
  } else {
    await ownDataFolder(data, user);
    if (password !== undefined) await requirePasswordAccess(data);
  }
  const server = await launchWhenReleased({
    command: binaries.postgres,
    args: ['-D', data, '-p', String(port), ...settings(durable)],
    cwd: '/',
    env: postgresEnv(data),
    ...(user ? { user: { uid: user.uid, gid: user.gid } } : {}),
    readyText: 'ready to accept connections',
    stopSignal: STOP_SIGNAL,
    record,
    remedy: `read the lines above; check that port ${port} is free and that no other server uses ${data}.`,
    log,
  });
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  return { ...server, url: `postgres://${ADMIN_USER}${secret}@127.0.0.1:${port}/${DATABASE}`, dataDir: data };
}

function settings(durable: boolean): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    // The log goes to the terminal: a failed statement may hold a password or a payload.
    log_min_error_statement: 'panic',
    logging_collector: 'off',
    log_destination: 'stderr',
    synchronous_commit: 'on',
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A cluster once created without a password trusts everybody; a password given later would only look like one. */
async function requirePasswordAccess(data: string): Promise<void> {
  const rules = await readFile(join(data, 'pg_hba.conf'), 'utf8');
  if (/^\s*(local|host\w*)\s.*\strust\b/m.test(rules)) {
    throw new InfraError(
      `the cluster in ${data} was created without a password and accepts everybody`,
      'remove the folder to create it anew with the password, or change its pg_hba.conf.',
    );
  }
}

async function launchWhenReleased(launch: Launch): Promise<RunningServer> {
  for (const end = Date.now() + OLD_CHILDREN_MS; ; await delay(TRY_AGAIN_MS)) {
    try {
      return await launchServer(launch);
    } catch (thrown) {
      if (!(thrown instanceof InfraError && STILL_HELD.test(thrown.message)) || Date.now() >= end)
        throw thrown;
    }
  }
}
