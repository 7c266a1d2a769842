/** An official release archive and the digest it must have. */
export interface NatsRelease {
  /** Name of its folder in the cache. */
  readonly id: string;
  readonly url: string;
  /** SHA-256 of the archive, lower-case hex. */
  readonly sha256: string;
  /** Path of the binary inside the archive. */
  readonly member: string;
}

/** The pinned release. Change it together with all the digests below. */
const NATS_VERSION = '2.15.0';

/**
 * SHA-256 of each release archive, as published in the release's SHA256SUMS file. Each value was compared in at least
 * two independent public sources on 25 November 2026; the Linux values also stand in the Dockerfile of the official
 * `nats` image. A platform without an established digest is not listed.
 */
const ARCHIVE_SHA256: Readonly<Record<string, string>> = {
  'linux-amd64': '5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92',
  'linux-arm64': 'cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112',
  'darwin-amd64': '5bd8b59ca5bf93fab3da2c5843cf564cd6e2e291e22ae3b861746e7ebe259b95',
  'darwin-arm64': 'e1c4e22d70bd44abfa0bcb3c16f7cf0c66f648c2e728c58924e8a1ce88913cc8',
};

/** Node's names of processors as the release archives write them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The pinned release for a platform in Node's terms, or `undefined` when there is no established digest for it. */
export function natsRelease(
  platform: string = process.platform,
  arch: string = process.arch,
): NatsRelease | undefined {
  const target = `${platform}-${ARCHITECTURES[arch] ?? arch}`;
  const sha256 = ARCHIVE_SHA256[target];
  if (sha256 === undefined) return undefined;
  const name = `nats-server-v${NATS_VERSION}-${target}`;
  return {
    id: `v${NATS_VERSION}-${target}`,
    url: `https://github.com/nats-io/nats-server/releases/download/v${NATS_VERSION}/${name}.tar.gz`,
    sha256,
    member: `${name}/nats-server`,
  };
}
