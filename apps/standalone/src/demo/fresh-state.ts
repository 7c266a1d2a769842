import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findNatsServer, freePort, startNats, startPostgres } from '@countersign/infra';

/** The private folder that PostgreSQL's data is moved to where its account can't reach the wanted one. */
const MOVED_DATA = /\/countersign-data-[0-9a-f]{16}\/data$/;

/**
 * Empties a state folder. Servers that a killed run left on it are ended first; a run that is still going is left alone.
 *
 * @throws InfraError when the folder is in use, with the process to stop.
 */
export async function freshState(
  stateDir: string,
  cacheDir: string,
  log: (message: string) => void,
): Promise<void> {
  const dataDir = join(stateDir, 'postgres');
  const note = `${dataDir}.path`;
  const moved = existsSync(note) ? (await readFile(note, 'utf8')).trim() : '';
  const configFile = join(stateDir, 'nats.conf');
  // Starting on the same files is what finds and ends a leftover, and refuses when somebody uses them.
  if (existsSync(`${configFile}.pid`))
    await (await startNats({ bin: await findNatsServer(cacheDir, log), configFile })).stop();
  if (existsSync(join(moved || dataDir, 'countersign.pid')))
    await (await startPostgres({ dataDir, port: await freePort(), durable: false })).stop();
  if (MOVED_DATA.test(moved)) await rm(dirname(moved), { recursive: true, force: true });
  await rm(stateDir, { recursive: true, force: true });
  await mkdir(stateDir, { recursive: true });
}
