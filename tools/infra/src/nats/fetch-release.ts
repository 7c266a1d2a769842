import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { InfraError, reasonOf } from '../infra-error.js';
import { runProgram } from '../run-program.js';
import type { NatsRelease } from './nats-release.js';

/** A closed network must not hold the start up: no connection within this many milliseconds means unreachable. */
const CONNECT_MS = 5_000;
/** Time for the whole download, in milliseconds. The archive has about 7 MB. */
const DOWNLOAD_MS = 120_000;
/** Largest archive that is read, in bytes; several times the real size. */
const LARGEST_ARCHIVE = 64 * 1024 * 1024;

/** The release could not be had; another source may be tried. */
export class ReleaseUnreachable extends Error {}

/**
 * Downloads a release archive into `folder`, checks its digest and unpacks the binary there; returns the binary's path.
 *
 * @throws ReleaseUnreachable when the network does not allow it.
 * @throws InfraError when the archive is not the pinned one. That is never a reason to try another source quietly.
 */
export async function fetchRelease(release: NatsRelease, folder: string): Promise<string> {
  const archive = await download(release.url);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== release.sha256) {
    throw new InfraError(
      `${release.url} is not the pinned archive: its SHA-256 is ${actual}, expected ${release.sha256}; it was not used`,
      'check what answers for that address on your network, or set NATS_SERVER_BIN to a nats-server you trust.',
    );
  }
  const file = join(folder, 'nats-server.tar.gz');
  await writeFile(file, archive, { mode: 0o600 });
  const unpacked = await runProgram('tar', ['-xzf', file, '-C', folder, release.member]);
  if (!unpacked.ok) {
    throw new InfraError(
      `the nats-server archive could not be unpacked: ${unpacked.output}`,
      'install tar and check the free disk space, or set NATS_SERVER_BIN to an installed nats-server.',
    );
  }
  return join(folder, release.member);
}

async function download(url: string): Promise<Buffer> {
  await proveReachable(new URL(url));
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (!response.ok || !response.body)
      throw new ReleaseUnreachable(`${url} answered HTTP ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > LARGEST_ARCHIVE)
        throw new ReleaseUnreachable(`${url} sends more than ${LARGEST_ARCHIVE} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (thrown) {
    if (thrown instanceof ReleaseUnreachable) throw thrown;
    throw new ReleaseUnreachable(`${url} could not be read: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

async function proveReachable(url: URL): Promise<void> {
  const port = Number(url.port === '' ? 443 : url.port);
  const socket = connect({ host: url.hostname, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
  } catch (thrown) {
    const reason = reasonOf(thrown);
    throw new ReleaseUnreachable(`${url.hostname} cannot be reached: ${reason}`, { cause: thrown });
  } finally {
    // once() stops listening when its signal fires; a late failure must not become an unhandled error.
    socket.on('error', () => undefined).destroy();
  }
}
