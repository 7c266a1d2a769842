import { useState } from 'react';
import type { Approval } from '../api/types.js';

/**
 * What a reviewer has before them. It stays the one that they chose, as they saw it, whatever comes, goes and is answered
 * by others meanwhile: nothing moves under a hand that is about to decide.
 */
export function useSelection(items: readonly Approval[]) {
  const [chosen, setChosen] = useState<{ readonly approval: Approval; readonly at: number }>();
  const listed = items.find((item) => item.approval_id === chosen?.approval.approval_id);
  const approval = chosen === undefined ? items[0] : (listed ?? chosen.approval);
  const at = approval === undefined ? -1 : items.indexOf(approval);
  if (chosen === undefined && approval !== undefined) setChosen({ approval, at: 0 });
  const select = (next: Approval | undefined) =>
    setChosen(next === undefined ? undefined : { approval: next, at: items.indexOf(next) });
  const move = (by: 1 | -1) => {
    // From where one stood that is gone, the next one has come up to its place.
    const from = at >= 0 ? at + by : (chosen?.at ?? 0) + (by === 1 ? 0 : -1);
    const next = items[Math.min(Math.max(from, 0), items.length - 1)];
    if (next !== undefined) select(next);
  };
  return { approval, isListed: at >= 0, select, move };
}
