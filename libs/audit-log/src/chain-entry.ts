import { createHash } from 'node:crypto';
import type { AuditEntry } from './audit-entry.js';
import { canonicalText } from './canonical-text.js';

/** Marks a leaf, as in RFC 6962: a hash of an entry can never pass for a hash over hashes. */
const LEAF = Uint8Array.of(0x00);

/** `sha256:` and hex, over one zero byte and the UTF-8 bytes of an entry's text. */
export function entryHash(text: string): string {
  return `sha256:${createHash('sha256').update(LEAF).update(text).digest('hex')}`;
}

/** The text that is stored for an entry after a predecessor, and its hash. Throws when the entry has no JSON form. */
export function chainEntry(
  prevHash: string,
  entry: AuditEntry,
): { readonly text: string; readonly hash: string } {
  const text = canonicalText({ ...entry, prev_hash: prevHash });
  return { text, hash: entryHash(text) };
}
