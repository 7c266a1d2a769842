import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service } from '@countersign/contracts';
import { sealsOf } from '@countersign/scheduler';
import { KeyFolder, readTopology } from '@countersign/service-kit';
import { ROOT } from '@countersign/standalone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchService } from '../flow/support/launch.js';

describe('a folder of keys that is mounted', () => {
  let folder: string;
  let keysDir: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-mounted-'));
    keysDir = join(folder, 'keys');
    await KeyFolder.open(keysDir, await readTopology(join(ROOT, 'config/platform.yaml')));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is not touched when it holds everything', async () => {
    const look = async () => {
      const files = (await readdir(keysDir)).sort();
      return Promise.all(
        [keysDir, ...files.map((file) => join(keysDir, file))].map(async (path) => {
          const { mode, ctimeMs } = await stat(path);
          return { path, mode, ctimeMs };
        }),
      );
    };
    await chmod(keysDir, 0o555);
    const before = await look();
    await KeyFolder.open(keysDir, await readTopology(join(ROOT, 'config/platform.yaml')));
    expect(await look()).toEqual(before);
    expect(before.length).toBeGreaterThan(30);
    for (const { path, mode } of before.slice(1)) expect((mode & 0o777).toString(8), path).toBe('600');
  });

  it.each([
    ['scheduler.nk', 0o644],
    ['scheduler-rpc.nk', 0o640],
    ['countersign_scheduler.password', 0o604],
    ['quarantine.key', 0o660],
  ])('with %s open to others (mode %o) keeps the service from starting', async (file, mode) => {
    const path = join(keysDir, file);
    await chmod(path, mode);
    try {
      const env = {
        ...process.env,
        COUNTERSIGN_KEYS_DIR: keysDir,
        COUNTERSIGN_PORT: '0',
        NATS_URL: 'nats://127.0.0.1:1',
      };
      await expect(launchService(Service.Scheduler, env, () => undefined)).rejects.toThrow(
        `scheduler did not start: the key file ${path} is open to others (mode 0${mode.toString(8)}); run: chmod 600 ${path}`,
      );
    } finally {
      await chmod(path, 0o600);
    }
  });

  it.each(['decision-seal.key', 'approval-seal.key'])(
    'without %s keeps the scheduler from starting (H06)',
    async (file) => {
      const path = join(keysDir, file);
      const text = await readFile(path, 'utf8');
      await rm(path);
      const secrets = await (await KeyFolder.open(keysDir)).secrets();
      expect(() => sealsOf(secrets)).toThrow(expect.objectContaining({ code: 'missing_key' }) as Error);
      await writeFile(path, text, { mode: 0o600 });
      expect(() => sealsOf(secrets)).not.toThrow();
    },
  );

  it('with warrant keys open to others gives the scheduler none', async () => {
    const path = join(keysDir, 'warrant.jwks');
    await chmod(path, 0o644);
    const { warrantKeys } = await (await KeyFolder.open(keysDir)).secrets();
    await expect(warrantKeys()).rejects.toMatchObject({ code: 'unsafe_key' });
    await chmod(path, 0o600);
    expect(await warrantKeys()).toContain('keys');
  });
});
