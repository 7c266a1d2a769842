import { isAscii, isUtf8 } from 'node:buffer';

/** How the bytes of a stream are read. Bytes that are no UTF-8 are read one by one, so that nothing is skipped. */
export const StreamEncoding = { Utf8: 'utf-8', Utf16le: 'utf-16le', Utf16be: 'utf-16be' } as const;

/** See {@link StreamEncoding}. */
export type StreamEncoding = (typeof StreamEncoding)[keyof typeof StreamEncoding];

/** Text of a block of bytes, which can be taken back to the same bytes. */
export interface Block {
  readonly text: string;
  /** Bytes of the text before a position, counted from another position. */
  byteLength(from: number, to: number): number;
  encode(text: string): Uint8Array;
  /** Characters that the first bytes of the block stand for. */
  charactersIn(bytes: number): number;
}

/** Bytes looked at to tell UTF-16 without a mark. */
const probe = 512;

/** The encoding of a stream by its first bytes: a byte order mark, or a NUL in every other byte. */
export function encodingOfStream(head: Buffer): StreamEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return StreamEncoding.Utf16le;
  if (head[0] === 0xfe && head[1] === 0xff) return StreamEncoding.Utf16be;
  const bytes = head.subarray(0, probe);
  if (bytes.length < 16) return StreamEncoding.Utf8;
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const half = bytes.length / 2;
  const [even = 0, odd = 0] = zeros;
  if (odd > half * 0.9 && even < half * 0.1) return StreamEncoding.Utf16le;
  return even > half * 0.9 && odd < half * 0.1 ? StreamEncoding.Utf16be : StreamEncoding.Utf8;
}

/** Reads a block. Unless it is the last one, a character that goes on after its end is left out. */
export function decodeBlock(bytes: Buffer, encoding: StreamEncoding, isLast: boolean): Block {
  if (encoding !== StreamEncoding.Utf8) return utf16Block(bytes, encoding === StreamEncoding.Utf16be);
  if (isAscii(bytes)) return singleByteBlock(bytes);
  const whole = isLast ? bytes : bytes.subarray(0, bytes.length - unfinished(bytes));
  if (!isUtf8(whole)) return singleByteBlock(bytes);
  const text = whole.toString('utf8');
  return {
    text,
    byteLength: (from, to) => Buffer.byteLength(text.slice(from, to)),
    encode: (part) => Buffer.from(part),
    charactersIn: (count) => whole.subarray(0, count).toString('utf8').length,
  };
}

function singleByteBlock(bytes: Buffer): Block {
  return {
    text: bytes.toString('latin1'),
    byteLength: (from, to) => to - from,
    encode: (part) => Buffer.from(part, 'latin1'),
    charactersIn: (count) => count,
  };
}

function utf16Block(bytes: Buffer, isBigEndian: boolean): Block {
  const even = bytes.length - (bytes.length % 2);
  const ordered = isBigEndian ? Buffer.from(bytes.subarray(0, even)).swap16() : bytes.subarray(0, even);
  return {
    text: ordered.toString('utf16le'),
    byteLength: (from, to) => 2 * (to - from),
    encode: (part) => {
      const encoded = Buffer.from(part, 'utf16le');
      return isBigEndian ? encoded.swap16() : encoded;
    },
    charactersIn: (count) => count / 2,
  };
}

/** Bytes at the end that begin a character of UTF-8 without finishing it. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
}
