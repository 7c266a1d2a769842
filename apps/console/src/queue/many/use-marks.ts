import { useState } from 'react';
import type { Approval } from '../../api/types.js';
import { areAlike, canBeMarked, MOST_AT_ONCE } from './alike.js';

/** The requests that were marked to be answered at once, as far as they still wait. */
export function useMarks(items: readonly Approval[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  /** Marks these and no others, as far as they can be answered among others. */
  const mark = (chosen: readonly Approval[]) =>
    setIds(
      new Set(
        chosen
          .filter(canBeMarked)
          .slice(0, MOST_AT_ONCE)
          .map(({ approval_id: id }) => id),
      ),
    );
  return {
    ids,
    marked: items.filter(({ approval_id: id }) => ids.has(id)).slice(0, MOST_AT_ONCE),
    clear: () => setIds(new Set()),
    toggle: (approval: Approval) => {
      if (!canBeMarked(approval)) return;
      const next = new Set(ids);
      if (!next.delete(approval.approval_id)) next.add(approval.approval_id);
      setIds(next);
    },
    markAlike: (approval: Approval) => mark(items.filter((item) => areAlike(item, approval))),
    mark,
  };
}
