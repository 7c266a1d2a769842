import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followSecretFile, readNamedSecret, readSecretFile } from './secret-file.js';

describe('the file of a secret', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-secret-'));
    file = join(folder, 'scheduler.nk');
    await writeFile(file, 'SUSEED\n', { mode: 0o600 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('that settings name is looked for beside them, and a missing one is told with its place', () => {
    expect([readNamedSecret('scheduler.nk', folder), readNamedSecret(file)]).toEqual(['SUSEED', 'SUSEED']);
    expect(() => readNamedSecret('other', folder)).toThrow(
      expect.objectContaining({
        code: 'invalid_config',
        message: `the file ${join(folder, 'other')} can't be read`,
      }) as Error,
    );
  });

  it.each([0o600, 0o400])('is read with mode %o', async (mode) => {
    await chmod(file, mode);
    expect(readSecretFile(file)).toBe('SUSEED');
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o620, 0o601])(
    'is refused with mode %o, and the message says what to do',
    async (mode) => {
      await chmod(file, mode);
      const refusal = expect.objectContaining({
        code: 'unsafe_key',
        message: `the key file ${file} is open to others (mode ${mode.toString(8).padStart(4, '0')}); run: chmod 600 ${file}`,
      }) as Error;
      expect(() => readSecretFile(file)).toThrow(refusal);
    },
  );

  it('is named when it is missing', () => {
    expect(() => readSecretFile(join(folder, 'gone.nk'))).toThrow(`gone.nk can't be read in ${folder}`);
  });

  it('is read again when it is followed, and the last text stays while it can not be', async () => {
    const seed = followSecretFile(file);
    expect(seed()).toBe('SUSEED');
    await writeFile(file, 'SUNEXT\n');
    expect(seed()).toBe('SUNEXT');
    await rm(file);
    expect(seed()).toBe('SUNEXT');
  });
});
