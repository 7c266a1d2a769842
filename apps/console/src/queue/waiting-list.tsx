import { useVirtualizer } from '@tanstack/react-virtual';
import { IconEyeExclamation } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Approval } from '../api/types.js';
import { canonicalJson } from '../payload/canonical-json.js';
import { Revealed } from '../reveal/revealed.js';
import { Countdown } from './countdown.js';
import { hiddenIn } from './hidden-in.js';

/** Height of a row, in pixels. */
const ROW = 64;

interface ListProps {
  readonly items: readonly Approval[];
  readonly selected: string | undefined;
  readonly marked: ReadonlySet<string>;
  readonly onSelect: (approval: Approval) => void;
}

/** What waits, of which only the rows that can be seen are drawn. */
export function WaitingList({ items, selected, marked, onSelect }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey: (i) => items[i]?.approval_id ?? i,
  });
  const at = items.findIndex((item) => item.approval_id === selected);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
    // Only when another one is selected: what comes and goes must not scroll the list under a reader.
  }, [selected]);
  return (
    <div ref={scroller} className="waiting-list">
      <div
        role="listbox"
        aria-label="Waiting approvals"
        style={{ height: rows.getTotalSize(), position: 'relative' }}
      >
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <div
              key={key}
              role="option"
              tabIndex={item.approval_id === selected ? 0 : -1}
              aria-selected={item.approval_id === selected}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className="waiting-row"
              data-risk={item.risk ?? 'usual'}
              data-marked={marked.has(item.approval_id)}
              style={{ position: 'absolute', top: start, height: ROW }}
              onClick={() => onSelect(item)}
            >
              <Row item={item} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ item }: { readonly item: Approval }) {
  const hidden = hiddenIn(item).count;
  return (
    <>
      <div className="waiting-row-top">
        <span className="waiting-row-topic">{item.topic.replace(/^job\./, '')}</span>
        {hidden > 0 && (
          <IconEyeExclamation size={15} className="hidden-flag" aria-label="contains hidden characters" />
        )}
        <Countdown expiresAt={item.expires_at} />
      </div>
      <div className="waiting-row-bottom">
        <Revealed text={item.agent_id ?? 'unknown agent'} />
        <span className="muted"> · </span>
        <span className="muted">
          <Revealed text={briefOf(item)} />
        </span>
      </div>
    </>
  );
}

/** Characters of a payload that a row has room for. */
const BRIEF = 80;

/** What tells a request from the others of its kind: its payload, as far as a row can show it. */
function briefOf({ kind, job, reason }: Approval): string {
  if (kind === 'output') return 'review of an output';
  const members = typeof job?.params === 'object' && job.params !== null ? Object.entries(job.params) : [];
  if (members.length === 0) return reason;
  const text = members.map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : canonicalJson(value)}`,
  );
  return text.join(', ').slice(0, BRIEF).toWellFormed();
}
