import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JsonValue } from './json-value.js';

/**
 * RFC 8785 canonical JSON text of a value that came out of {@link parseStrictJson} (or is built from such values).
 * Throws on what JSON can't carry, so nothing is hashed that isn't in the text.
 */
export function canonicalJson(value: JsonValue): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** `sha256:` and the hex SHA-256 of the UTF-8 bytes of a text, or of raw bytes. */
export function sha256Digest(data: string | Uint8Array): string {
  return `sha256:${hash('sha256', data, 'hex')}`;
}
