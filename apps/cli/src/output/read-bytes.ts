import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { causeOf, UserError } from '../user-error.js';

/** Reads a file or a stream of at most so many bytes. Throws a {@link UserError} that says why it can't. */
export async function readBytes(source: string | Readable, name: string, maxBytes: number): Promise<Buffer> {
  const stream = typeof source === 'string' ? createReadStream(source) : source;
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer | string>) {
      const bytes = Buffer.from(part);
      length += bytes.length;
      if (length > maxBytes) throw new UserError(`${name}: it has more than ${maxBytes} bytes`);
      parts.push(bytes);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${name}: it can't be read (${causeOf(error)})`);
  }
  return Buffer.concat(parts);
}

/** Reads a text of at most so many bytes. Throws a {@link UserError} that says why it can't. */
export async function readUtf8(source: string | Readable, name: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(source, name, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${name}: it is not UTF-8`);
  }
}
