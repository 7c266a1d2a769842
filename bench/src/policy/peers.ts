import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '@countersign/standalone';

/** The packages that are measured beside, and the version of each: as locked in `bench/peers`. */
export const PEERS_FOLDER = join(ROOT, 'bench/peers');

interface Importer {
  readonly importPeer: (name: string) => Promise<unknown>;
}

/** Loads a package of `bench/peers`. `T` names the part of it that is used. */
export async function importPeer<T>(name: string): Promise<T> {
  const importer = (await import(pathToFileURL(join(PEERS_FOLDER, 'import-peer.mjs')).href)) as Importer;
  return (await importer.importPeer(name)) as T;
}
