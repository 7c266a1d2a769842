import { hash } from 'node:crypto';
import type { AuditEntry } from './audit-entry.js';
import { canonicalText } from './canonical-text.js';

/** Marks a leaf, as in RFC 6962: a hash of an entry can never pass for a hash over hashes. */
const LEAF = '\0';

/** `sha256:` and hex, over one zero byte and the UTF-8 bytes of an entry's text. */
export function entryHash(text: string): string {
  return hashOf(LEAF + text);
}

/** The text that is stored for an entry after a predecessor, and its hash. Throws when the entry has no JSON form. */
export function chainEntry(
  prevHash: string,
  entry: AuditEntry,
): { readonly text: string; readonly hash: string } {
  // In the order of the canonical text: members that come sorted need no sorting.
  const text = canonicalText({
    body_sha256: entry.body_sha256,
    causation_id: entry.causation_id,
    event_id: entry.event_id,
    job_id: entry.job_id,
    prev_hash: prevHash,
    recorded_at: entry.recorded_at,
    seq: entry.seq,
    source: entry.source,
    stored_at: entry.stored_at,
    stream: entry.stream,
    subject: entry.subject,
    summary: entry.summary,
    tenant_id: entry.tenant_id,
    trace_id: entry.trace_id,
    type: entry.type,
  } satisfies AuditEntry & { prev_hash: string });
  // The text is cut from what was hashed: the engine pieces it together once, not again when it is stored.
  const leaf = LEAF + text;
  return { text: leaf.slice(LEAF.length), hash: hashOf(leaf) };
}

function hashOf(leaf: string): string {
  return `sha256:${hash('sha256', leaf)}`;
}
