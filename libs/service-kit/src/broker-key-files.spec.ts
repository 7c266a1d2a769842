import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOfSeed } from '@countersign/messaging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerKeyFiles } from './broker-key-files.js';

describe('the key files of a broker user', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const later = new Date('2026-01-01T00:01:00Z');
  let folder: string;
  let keys: BrokerKeyFiles;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
    keys = new BrokerKeyFiles(folder, 'scheduler');
    await keys.create();
  });
  afterEach(() => rm(folder, { recursive: true }));
  const inUse = () => publicKeyOfSeed(keys.readSeed());

  it('hold one key, for their owner alone', async () => {
    expect(await keys.publicKeys(now)).toEqual([inUse()]);
    for (const file of await readdir(folder))
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it('name both keys while the new one is not in use, however often that is begun', async () => {
    const old = inUse();
    await keys.prepareNext();
    const both = await keys.publicKeys(now);
    expect(both).toHaveLength(2);
    expect(both[1]).toBe(old);
    await keys.prepareNext();
    expect(await keys.publicKeys(now)).toEqual(both);
    expect(inUse()).toBe(old);
  });

  it('name the old key until its time has passed', async () => {
    const old = inUse();
    await keys.prepareNext();
    await keys.takeNext(later);
    expect(inUse()).not.toBe(old);
    expect(await keys.publicKeys(now)).toEqual([inUse(), old]);
    expect(await keys.publicKeys(later)).toEqual([inUse()]);
  });

  it('are gone when they are removed, a key that was not in use yet included', async () => {
    await keys.prepareNext();
    await keys.remove();
    expect(await readdir(folder)).toEqual([]);
    expect(keys.exists).toBe(false);
    await expect(keys.publicKeys(now)).rejects.toMatchObject({ code: 'missing_key' });
  });
});
