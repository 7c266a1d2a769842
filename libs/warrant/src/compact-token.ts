import { sign, type KeyObject } from 'node:crypto';

/** A token in the compact form of RFC 7515, with nothing of it verified. */
export interface CompactToken {
  readonly header: Readonly<Record<string, unknown>>;
  /** The bytes that the signature is over. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  /** What it says, undefined when that is no JSON object. To be read once the signature holds, and not before. */
  payload(): Readonly<Record<string, unknown>> | undefined;
}

const PART = /^[A-Za-z0-9_-]+$/;
/** An Ed25519 signature, 64 bytes. The last character has four spellings only: of the same bytes there is one text. */
const SIGNATURE = /^[A-Za-z0-9_-]{85}[AQgw]$/;

/**
 * Takes a token apart. Undefined when it is none, when it has extensions that must be understood (`crit`, and with it the
 * unencoded payload of RFC 7797), or no signature of Ed25519's length.
 */
export function readCompact(token: string): CompactToken | undefined {
  const [header = '', payload = '', signature = '', more] = token.split('.');
  if (more !== undefined || !PART.test(header) || !PART.test(payload)) return undefined;
  const read = objectOf(header);
  if (!read || Object.hasOwn(read, 'crit') || Object.hasOwn(read, 'b64')) return undefined;
  // Another algorithm has another length, and is to be told apart from a spoilt token.
  if (read.alg === 'EdDSA' && !SIGNATURE.test(signature)) return undefined;
  return {
    header: read,
    signed: Buffer.from(`${header}.${payload}`, 'latin1'),
    signature: Buffer.from(signature, 'base64url'),
    payload: () => objectOf(payload),
  };
}

/** The token of a payload under a header, signed by an Ed25519 key. */
export function signCompact(
  header: Readonly<Record<string, unknown>>,
  payload: unknown,
  key: KeyObject,
): string {
  const signed = `${partOf(header)}.${partOf(payload)}`;
  return `${signed}.${sign(null, Buffer.from(signed, 'latin1'), key).toString('base64url')}`;
}

const partOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function objectOf(part: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(Buffer.from(part, 'base64url')));
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
