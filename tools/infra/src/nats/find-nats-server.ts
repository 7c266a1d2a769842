import { delimiter, isAbsolute, join } from 'node:path';
import { InfraError, reasonOf } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { fetchDebianPackage } from './fetch-debian-package.js';
import { fetchRelease } from './fetch-release.js';
import { checkNatsBinary } from './nats-binary.js';
import { cachedPath, installIntoCache } from './nats-cache.js';
import { natsRelease, type NatsRelease } from './nats-release.js';

/** Folders looked at after PATH: where packages and people install servers, often off an ordinary user's PATH. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];
/** Name of the cache folder of the distribution's package. */
const PACKAGE_ID = 'distribution-package';

/** Where to look; everything has the real machine as its default. */
export interface NatsLookup {
  readonly cacheDir: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly systemFolders?: readonly string[];
  /** The release to fetch; `null` for a platform without one. */
  readonly release?: NatsRelease | null;
  readonly log?: InfraLog | undefined;
}

/**
 * Path of a nats-server that runs here. Looks at NATS_SERVER_BIN, PATH, the usual system folders and `cacheDir`, in
 * this order; if there is none, fetches one into `cacheDir`: the pinned official release, or where that cannot be
 * reached the distribution's package, unpacked but not installed. Safe to call from several processes at once.
 *
 * @throws InfraError when there is no server to be had, with what to do about it; also when NATS_SERVER_BIN is set but
 * not usable, or when the downloaded release is not the pinned one.
 */
export function findNatsServer(cacheDir: string, log?: InfraLog): Promise<string> {
  return lookUpNatsServer({ cacheDir, log });
}

/** {@link findNatsServer} with every place given. */
export async function lookUpNatsServer(lookup: NatsLookup): Promise<string> {
  const env = lookup.env ?? process.env;
  const release = lookup.release === undefined ? natsRelease() : (lookup.release ?? undefined);
  const chosen = env['NATS_SERVER_BIN'];
  if (chosen) return requireChosen(chosen);
  const folders = [
    ...(env['PATH'] ?? '').split(delimiter).filter(isAbsolute), // a relative entry would depend on the current folder
    ...(lookup.systemFolders ?? SYSTEM_FOLDERS),
  ];
  const candidates = [
    ...new Set(folders.map((folder) => join(folder, 'nats-server'))),
    ...(release ? [cachedPath(lookup.cacheDir, release.id)] : []),
    cachedPath(lookup.cacheDir, PACKAGE_ID),
  ];
  for (const candidate of candidates) {
    if ((await checkNatsBinary(candidate)).usable) return candidate;
  }
  return fetchNatsServer(lookup, release, env);
}

async function requireChosen(path: string): Promise<string> {
  const check = await checkNatsBinary(path);
  if (check.usable) return path;
  throw new InfraError(
    `NATS_SERVER_BIN is set to ${path}, but ${check.reason}`,
    'point NATS_SERVER_BIN at a nats-server executable, or unset it to have one found or fetched.',
  );
}

async function fetchNatsServer(
  lookup: NatsLookup,
  release: NatsRelease | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { cacheDir, log } = lookup;
  const problems: string[] = [];
  if (release) {
    try {
      log?.(`fetching nats-server from ${release.url}`);
      return await installIntoCache(cacheDir, release.id, (folder) => fetchRelease(release, folder));
    } catch (thrown) {
      // Anything but an unreachable release is final: a wrong digest must not end in a quiet second choice.
      if (thrown instanceof InfraError) throw thrown;
      problems.push(`release: ${reasonOf(thrown)}`);
    }
  } else {
    problems.push(`release: no digest is pinned for ${process.platform} on ${process.arch}`);
  }
  try {
    log?.("fetching nats-server from the distribution's packages");
    return await installIntoCache(cacheDir, PACKAGE_ID, (folder) => fetchDebianPackage(folder, log, env));
  } catch (thrown) {
    problems.push(`distribution package: ${reasonOf(thrown)}`);
  }
  throw new InfraError(
    `no nats-server was found and none could be fetched:\n${problems.map((text) => `- ${text}`).join('\n')}`,
    'check the network and try again; or install nats-server (Debian, Ubuntu: apt-get install nats-server; macOS: ' +
      'brew install nats-server); or set NATS_SERVER_BIN to the executable.',
  );
}
