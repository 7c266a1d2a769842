import { UserError } from '../user-error.js';

/** A line without its end, where it ends in the stream, and its number from 1. */
export interface Line {
  readonly bytes: Buffer;
  readonly endsAt: number;
  readonly number: number;
}

const NEWLINE = 0x0a;

/** The lines of a stream, empty ones left out. Throws a {@link UserError} for a line of more than so many bytes. */
export async function* readLines(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  let read = 0;
  let number = 0;
  const line = (last: Buffer, endsAt: number): Line | undefined => {
    const bytes = Buffer.concat([...parts, last]);
    parts = [];
    held = 0;
    number++;
    return bytes.toString('latin1').trim() === '' ? undefined : { bytes, endsAt, number };
  };
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      read += end + 1;
      const whole = line(rest.subarray(0, end), read);
      if (whole) yield whole;
      rest = rest.subarray(end + 1);
    }
    read += rest.length;
    held += rest.length;
    if (held > maxBytes) throw new UserError(`line ${number + 1} has more than ${maxBytes} bytes`);
    if (rest.length > 0) parts.push(rest);
  }
  const whole = line(Buffer.alloc(0), read);
  if (whole) yield whole;
}
