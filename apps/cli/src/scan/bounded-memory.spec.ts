import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** The first run compiles. */
const GUARD_MS = 300_000;
const MEGABYTE = 1_000_000;
/** Tells the largest resident set, in KiB, when the process ends. */
const TELL_MEMORY = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS))`;
const mail = 'ana.kovac@northwind-traders.com';

/** A log with an address in it once per megabyte. */
function* log(megabytes: number): Generator<string> {
  const line = '2026-03-08T10:44:56.209Z INFO [gateway] request completed path=/v1/items/17 status=200\n';
  const lines = line.repeat(Math.ceil(MEGABYTE / line.length));
  for (let megabyte = 0; megabyte < megabytes; megabyte++) yield `${lines}user ${mail}\n`;
}

async function scan(megabytes: number): Promise<{ out: string; code: number; kilobytes: number }> {
  const args = ['--max-old-space-size=128', '--import', TELL_MEMORY, 'apps/cli/bin/countersign.mjs'];
  const child = spawn(process.execPath, [...args, 'scan', '-'], { cwd: ROOT });
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  const told = Promise.all([text(child.stdout), text(child.stderr)]);
  await pipeline(Readable.from(log(megabytes)), child.stdin);
  const [out, err] = await told;
  return { out, code: await ended, kilobytes: Number(/maxRSS (\d+)/.exec(err)?.[1]) };
}

describe('scan of a long stream (O5, attack 26)', () => {
  it(
    'takes 50 MB in a heap of 128 MB and needs less memory for it than the stream is long',
    async () => {
      const short = await scan(1);
      const long = await scan(50);
      expect(short.out).toContain('1 finding (1 medium) in 1 input\n');
      expect(long.out).toContain('50 findings (50 medium) in 1 input\n');
      expect([short.code, long.code]).toEqual([1, 1]);
      expect(long.kilobytes - short.kilobytes).toBeLessThan((50 * MEGABYTE) / 1024);
    },
    GUARD_MS,
  );
});
