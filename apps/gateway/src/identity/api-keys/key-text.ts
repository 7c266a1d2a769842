import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What every key begins with: people and scanners recognise it. */
export const KEY_PREFIX = 'cs_';

const ID_BYTES = 10;
const SECRET_BYTES = 32;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KEY = /^cs_([0-9A-Za-z]{14})_[0-9A-Za-z]{43}([0-9A-Za-z]{6})$/;

/**
 * A key: `cs_`, the id under which it is stored, 256 random bits, and a checksum that tells a mistyped or invented key
 * from a real one without a database. Base 62, as GitHub's tokens have it: nothing in it ends a word. A key is kept as
 * its plain SHA-256: a slow password hash protects secrets that can be guessed, and nobody guesses 256 random bits
 * (NIST SP 800-63B, 5.1.2.2, asks for it below 112 bits only).
 */
export interface NewKey {
  readonly keyId: string;
  /** The key itself. It is shown once and kept nowhere. */
  readonly text: string;
  readonly digest: Buffer;
}

/** Makes a key. */
export function makeKey(): NewKey {
  const keyId = base62(randomBytes(ID_BYTES), 14);
  const text = keyText(keyId, randomBytes(SECRET_BYTES));
  return { keyId, text, digest: digestOf(text) };
}

/** The key with an id and a secret of 32 bytes. */
export function keyText(keyId: string, secret: Buffer): string {
  const body = `${KEY_PREFIX}${keyId}_${base62(secret, 43)}`;
  return `${body}${checksumOf(body)}`;
}

/** The id in a key, or undefined when the text is none that was ever made. */
export function keyIdOf(text: string): string | undefined {
  const [, keyId, checksum] = KEY.exec(text) ?? [];
  return checksum === checksumOf(text.slice(0, -6)) ? keyId : undefined;
}

/** What is stored of a key. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function checksumOf(body: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return base62(sum, 6);
}

function base62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)]! + text;
  return text;
}
