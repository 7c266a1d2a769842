import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../testing/temp-folder.js';
import { stopLeftover, type PidRecord } from './pid-record.js';

/** Ids above every system's limit: nobody has them. */
const NOBODY = 999_999_999;

async function aProcess(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [
    '-e',
    `${script}; console.log('up'); setInterval(() => {}, 1000)`,
    '--',
    ...args,
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return {
    child,
    pid: child.pid ?? 0,
    ended: once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
  };
}

async function aRecord(text: string, marker = '-D /data/one'): Promise<PidRecord> {
  const file = join(await tempFolder(), 'server.pid');
  await writeFile(file, text);
  return { file, marker, name: 'the server' };
}

describe('a server recorded by an earlier run', () => {
  it('is stopped with its own signal when its starter is gone', async () => {
    const { pid, ended } = await aProcess("process.on('SIGINT', () => process.exit(7))", '-D', '/data/one');
    const record = await aRecord(`${pid}\n${NOBODY}\n`);

    await stopLeftover(record, 'SIGINT');

    expect(await ended).toEqual([7, null]);
    expect(existsSync(record.file)).toBe(false);
  });

  it('is left alone, and the start refused, while its starter is its parent', async () => {
    const { child, pid } = await aProcess('', '-D', '/data/one');
    const record = await aRecord(`${pid}\n${process.pid}\n`);

    await expect(stopLeftover(record, 'SIGINT')).rejects.toThrow(`already runs here as process ${pid}`);

    expect(child.exitCode).toBeNull();
    expect(existsSync(record.file)).toBe(true);
  });

  it.each([['/data/two'], ['/data/one-more']])(
    'is not mistaken for a process with its id and %s',
    async (folder) => {
      const { child, pid } = await aProcess('', '-D', folder);
      const record = await aRecord(`${pid}\n${NOBODY}\n`);

      await stopLeftover(record, 'SIGKILL');

      expect(child.exitCode).toBeNull();
      expect(child.signalCode).toBeNull();
    },
  );

  it.each([
    ['nothing', undefined],
    ['a torn record', '12'],
    ['a dead process', `${NOBODY}\n${NOBODY}\n`],
  ])('does not hinder the start when the record holds %s', async (_, text) => {
    const record = await aRecord(text ?? '');
    await expect(stopLeftover(record, 'SIGINT')).resolves.toBeUndefined();
  });
});
