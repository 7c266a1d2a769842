import { useState } from 'react';
import type { AuditEntry } from '../api/types.js';
import { ValueTree } from '../payload/value-tree.js';
import { Revealed } from '../reveal/revealed.js';
import { Hash } from '../shell/hash.js';
import { Moment } from '../shell/moment.js';
import { toneOf, wordsFor } from './entry-words.js';

/** The entries of a trace, in the order of the log. */
export function Timeline({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <ol className="timeline" aria-label="Timeline">
      {entries.map((entry) => (
        <Entry key={entry.seq} entry={entry} />
      ))}
    </ol>
  );
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li data-tone={toneOf(entry)}>
      <button type="button" className="timeline-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className="timeline-words">
          <Revealed text={wordsFor(entry)} />
        </span>
        <Brief summary={entry.summary} />
        <span className="muted timeline-at">
          <Moment at={entry.at} />
        </span>
      </button>
      {isOpen && (
        <div className="timeline-body">
          <p className="muted">
            Entry {entry.seq}, <code>{entry.type}</code> on <code>{entry.subject}</code>,{' '}
            <Hash value={entry.hash} />
          </p>
          <ValueTree value={entry.summary} />
        </div>
      )}
    </li>
  );
}

/** The one thing that people look for in an entry of its kind. */
function Brief({ summary }: { readonly summary: Readonly<Record<string, unknown>> }) {
  const { rule_ids: rules, votes, reason_code: code, reason } = summary;
  const [first] = Array.isArray(votes) ? (votes as readonly unknown[]) : [];
  const vote = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : {};
  const parts = [
    Array.isArray(rules) ? rules.join(', ') : undefined,
    vote['voter'] === undefined ? undefined : `by ${text(vote['voter'])}`,
    vote['note'],
    reason ?? code,
  ].filter((part) => typeof part === 'string' && part !== '');
  if (parts.length === 0) return null;
  return (
    <span className="muted timeline-brief">
      <Revealed text={parts.join(' — ')} />
    </span>
  );
}

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
