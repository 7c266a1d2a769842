import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyStatus, parseKeyRing } from '@countersign/warrant';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyFolder } from './platform-files.js';

describe('the keys of warrants in the folder of keys', () => {
  let folder: string;
  let keys: KeyFolder;
  const ring = async () => parseKeyRing(await (await keys.secrets()).warrantKeys()).keys;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
    keys = await KeyFolder.open(folder, { producers: [], pools: [] });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are made at the first start, readable by their owner alone, and stay at the next', async () => {
    expect((await stat(join(folder, 'warrant.jwks'))).mode & 0o777).toBe(0o600);
    const made = await ring();
    expect(made.map((key) => key.status)).toEqual([KeyStatus.Active, KeyStatus.Next]);
    await KeyFolder.open(folder, { producers: [], pools: [] });
    expect(await ring()).toEqual(made);
  });

  it('rotate in the file, which is read anew each time and keeps its mode', async () => {
    const [active, next] = await ring();
    await keys.rotateWarrantKeys();
    expect((await ring()).map(({ kid, status }) => [kid, status])).toEqual([
      [next!.kid, KeyStatus.Active],
      [expect.any(String), KeyStatus.Next],
      [active!.kid, KeyStatus.Retiring],
    ]);
    expect((await stat(join(folder, 'warrant.jwks'))).mode & 0o777).toBe(0o600);
  });

  it('are not read from a file that others can read, nor from none', async () => {
    await chmod(join(folder, 'warrant.jwks'), 0o644);
    await expect(ring()).rejects.toMatchObject({ code: 'unsafe_key' });
    await rm(join(folder, 'warrant.jwks'));
    await expect(ring()).rejects.toMatchObject({ code: 'missing_key' });
  });
});
