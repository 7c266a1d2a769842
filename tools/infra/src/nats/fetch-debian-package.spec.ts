import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../run-program.js';
import { fakeProgram } from '../testing/fake-program.js';
import { tempFolder } from '../testing/temp-folder.js';
import { fetchDebianPackage } from './fetch-debian-package.js';

const hasApt =
  (await runProgram('apt-get', ['--version'])).ok && (await runProgram('dpkg-deb', ['--version'])).ok;
const whyNoApt = hasApt ? '' : ' (skipped: this machine has no apt)';

/** An unsigned repository with a package called nats-server, and an apt configuration that knows nothing else. */
async function unsignedRepository() {
  const root = await tempFolder();
  const repository = join(root, 'repository');
  const content = join(root, 'content');
  await fakeProgram(join(content, 'usr/sbin/nats-server'), 'echo "nats-server: v6.6.6"');
  await mkdir(join(content, 'DEBIAN'), { recursive: true });
  const fields =
    'Package: nats-server\nVersion: 6.6.6\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: none\n';
  await writeFile(join(content, 'DEBIAN/control'), fields);
  await mkdir(repository);
  const deb = join(repository, 'nats-server_6.6.6_all.deb');
  await runProgram('dpkg-deb', ['-b', content, deb]);
  const sum = (await runProgram('sha256sum', [deb])).output.split(' ')[0] ?? '';
  const size = (await runProgram('stat', ['-c', '%s', deb])).output;
  const index = `${fields}Filename: ./nats-server_6.6.6_all.deb\nSize: ${size}\nSHA256: ${sum}\n\n`;
  await writeFile(join(repository, 'Packages'), index);
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'etc'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'etc/sources.list'), `deb [allow-insecure=yes] file:${repository} ./\n`);
  const config = [
    `Dir::State "${root}/state";`,
    `Dir::State::status "${root}/state/status";`,
    `Dir::Cache "${root}/cache";`,
    `Dir::Etc "${root}/etc";`,
    'APT::Get::AllowUnauthenticated "true";', // the machine's own laxness, which must not count
  ];
  await writeFile(join(root, 'state/status'), '');
  await writeFile(join(root, 'apt.conf'), config.join('\n'));
  await chmod(root, 0o755);
  const env = { ...process.env, APT_CONFIG: join(root, 'apt.conf') };
  const updated = await runProgram('apt-get', ['-o=Acquire::AllowInsecureRepositories=true', 'update'], {
    env,
  });
  return { root, env, updated };
}

async function withApt(script: string): Promise<{ folder: string; env: NodeJS.ProcessEnv; bin: string }> {
  const root = await tempFolder();
  const folder = join(root, 'work');
  await mkdir(folder);
  await fakeProgram(join(root, 'bin', 'apt-get'), script);
  const previous = process.env['PATH'];
  const PATH = `${join(root, 'bin')}:${previous}`;
  process.env['PATH'] = PATH;
  onTestFinished(() => void (process.env['PATH'] = previous));
  return { folder, env: { PATH, RECORD: join(root, 'record') }, bin: join(root, 'bin') };
}

describe("the distribution's package", () => {
  it.skipIf(!hasApt)(
    `is refused when it is not signed, even where the machine allows that${whyNoApt}`,
    async () => {
      const { root, env, updated } = await unsignedRepository();
      const folder = join(root, 'work');
      await mkdir(folder);
      expect(updated.ok, updated.output).toBe(true);
      const known = await runProgram('apt-cache', ['policy', 'nats-server'], { env });
      expect(known.output).toContain('Candidate: 6.6.6');

      await expect(fetchDebianPackage(folder, undefined, env)).rejects.toThrow(
        /could not be authenticated|unauthenticated/i,
      );
    },
  );

  it('refreshes the package lists only when the package is unknown to them', async () => {
    const unknown = await withApt(
      'echo "$@" >> "$RECORD"; case "$*" in *update*) exit 0;; esac\necho "E: Unable to locate package nats-server" >&2; exit 100',
    );
    const refused = await withApt('echo "$@" >> "$RECORD"; echo "E: Disk is full" >&2; exit 100');

    await expect(fetchDebianPackage(unknown.folder, undefined, unknown.env)).rejects.toThrow(
      /Unable to locate/,
    );
    await expect(fetchDebianPackage(refused.folder, undefined, refused.env)).rejects.toThrow(/Disk is full/);

    const calls = async (file: string | undefined) =>
      (await runProgram('cat', [file ?? ''])).output.split('\n').map((line) => line.split(' ').at(-1));
    expect(await calls(unknown.env['RECORD'])).toEqual(['nats-server', 'update', 'nats-server']);
    expect(await calls(refused.env['RECORD'])).toEqual(['nats-server']);
  });

  it('says what to do when there is no apt', async () => {
    const folder = await tempFolder();
    const previous = process.env['PATH'];
    process.env['PATH'] = folder;
    onTestFinished(() => void (process.env['PATH'] = previous));

    await expect(fetchDebianPackage(folder, undefined, { PATH: folder })).rejects.toThrow(
      /apt-get download nats-server failed: .*ENOENT.*\nWhat to do: .*set NATS_SERVER_BIN/s,
    );
  });
});
