import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createScanner, type Region } from '@countersign/detectors';
import { progressOn } from '../replay/progress.js';
import type { Shell } from '../shell.js';
import { causeOf, UserError } from '../user-error.js';
import type { ScannedInput } from './scan-report.js';

const MEBIBYTE = 1024 * 1024;
/** Larger inputs show how far the scan is. */
const LARGE = 4 * MEBIBYTE;

/** What every input of a call is scanned with. */
export interface InputOptions {
  readonly fingerprintKey: Uint8Array;
  readonly regions?: readonly Region[];
  readonly onOutput?: (bytes: Uint8Array) => void;
}

/**
 * Scans a file, or standard input for `-`, in bounded memory. Throws a {@link UserError} when it is a folder or can't be
 * read to its end.
 */
export async function scanInput(shell: Shell, name: string, options: InputOptions): Promise<ScannedInput> {
  const progress = progressOn(shell, 'MiB');
  // The scanner keeps a block at a time, so no length is too long for it.
  const scanner = createScanner({ ...options, maxBytes: Number.MAX_SAFE_INTEGER });
  const head: number[] = [];
  let hasNul = false;
  let done = 0;
  try {
    const { stream, size } = await open(shell, name);
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      const bytes = Buffer.from(chunk);
      head.push(...bytes.subarray(0, 3 - head.length));
      hasNul ||= bytes.includes(0);
      scanner.push(bytes);
      done += bytes.length;
      if (Math.max(done, size) > LARGE) progress.at(Math.floor(done / MEBIBYTE), Math.ceil(size / MEBIBYTE));
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`it can't be read (${causeOf(error)})`);
  } finally {
    progress.hide();
  }
  const result = scanner.end();
  return { name, result, isBinary: hasNul && result.encoding === 'utf-8', hasMark: hasByteOrderMark(head) };
}

/** `size` is 0 where it is not known. */
async function open(
  { around: { stdin, cwd } }: Shell,
  name: string,
): Promise<{ readonly stream: AsyncIterable<unknown>; readonly size: number }> {
  if (name === '-') return { stream: stdin, size: 0 };
  const path = resolve(cwd, name);
  const about = await stat(path);
  if (about.isDirectory()) throw new UserError('it is a folder; name the files in it');
  return { stream: createReadStream(path), size: about.size };
}

function hasByteOrderMark([first, second, third]: readonly number[]): boolean {
  if (first === 0xef) return second === 0xbb && third === 0xbf;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
