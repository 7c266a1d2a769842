import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InfraError } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { runProgram } from '../run-program.js';

/** The package that carries the server in Debian and Ubuntu. */
const PACKAGE = 'nats-server';
/** Where the package puts the binary. */
const PLACES = ['usr/sbin/nats-server', 'usr/bin/nats-server'];
/** apt's answers that mean its package lists are missing or out of date. */
const UNKNOWN_PACKAGE =
  /Unable to locate package|No candidate version|Can't select candidate version|404 +Not Found/;

/**
 * apt compares every package with its signed lists; these options keep a machine's own configuration from switching
 * that off, which is why no digest is pinned here. A repository its administrator marked `trusted=yes` stays trusted.
 */
const SIGNED_ONLY = [
  '-o=APT::Get::AllowUnauthenticated=false',
  '-o=Acquire::AllowInsecureRepositories=false',
  '-o=Acquire::AllowDowngradeToInsecureRepositories=false',
  '-o=Acquire::http::Timeout=20',
  '-o=Acquire::https::Timeout=20',
];

/** Environment for apt: English messages, no questions. */
function aptEnv(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...base, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
}

/**
 * Downloads the distribution's package into `folder` and unpacks it there without installing it; returns the binary's
 * path. Refreshes apt's package lists only when the package is unknown to them.
 */
export async function fetchDebianPackage(
  folder: string,
  log?: InfraLog,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const env = aptEnv(environment);
  const download = () =>
    runProgram('apt-get', ['-q', ...SIGNED_ONLY, 'download', PACKAGE], { cwd: folder, env });
  let downloaded = await download();
  if (!downloaded.ok && UNKNOWN_PACKAGE.test(downloaded.output)) {
    log?.(`apt does not know the package ${PACKAGE}; refreshing its lists with apt-get update`);
    const updated = await runProgram('apt-get', ['-q', ...SIGNED_ONLY, 'update'], {
      env,
      timeoutMs: 180_000,
    });
    if (updated.ok) downloaded = await download();
    else downloaded = { ok: false, output: `${downloaded.output}\napt-get update: ${updated.output}` };
  }
  if (!downloaded.ok) {
    throw new InfraError(
      `apt-get download ${PACKAGE} failed: ${downloaded.output}`,
      `check the network, then run "apt-get update && apt-get install ${PACKAGE}" as the administrator, or set NATS_SERVER_BIN.`,
    );
  }
  return unpack(folder);
}

async function unpack(folder: string): Promise<string> {
  const archive = (await readdir(folder)).find(
    (name) => name.startsWith(`${PACKAGE}_`) && name.endsWith('.deb'),
  );
  const unpacked =
    archive === undefined ? undefined : await runProgram('dpkg', ['-x', join(folder, archive), folder]);
  for (const place of unpacked?.ok ? PLACES : []) {
    const path = join(folder, place);
    const entry = await stat(path).catch(() => undefined); // absent: the other place is looked at next
    if (entry?.isFile()) return path;
  }
  throw new InfraError(
    `the package ${PACKAGE} could not be unpacked: ${unpacked?.output ?? 'apt-get left no file'}`,
    `check the free disk space, install ${PACKAGE} with apt-get, or set NATS_SERVER_BIN.`,
  );
}
