import { fallbackId } from '../read-message/event-ids.js';
import type { Draft } from '../read-message/message.js';

/** What tells two messages with one event id apart. */
export type Identity = Pick<Draft, 'stream' | 'subject' | 'body_sha256'>;

/** Drafts, told apart by what the log has. */
export interface Selected {
  readonly fresh: readonly Draft[];
  /** Those whose id another message already has. */
  readonly clashing: readonly Draft[];
  /** Those that were in the log before. */
  readonly repeated: readonly Draft[];
}

/**
 * Tells drafts that are new from those that are known and those whose id another message already has, by what is
 * `known` and what came before in the same list. One that comes twice in the list is new once.
 */
export function selectFresh(drafts: readonly Draft[], known: ReadonlyMap<string, Identity>): Selected {
  const first = new Map<string, Identity>();
  const selected = { fresh: [] as Draft[], clashing: [] as Draft[], repeated: [] as Draft[] };
  for (const draft of drafts) {
    const before = known.get(draft.event_id);
    const other = before ?? first.get(draft.event_id);
    if (!other) {
      first.set(draft.event_id, draft);
      selected.fresh.push(draft);
    } else if (!isSame(other, draft)) selected.clashing.push(draft);
    else if (before) selected.repeated.push(draft);
  }
  return selected;
}

/** Gives clashing drafts an id of their own: an id that somebody took first must not hide what came later. */
export function renamed(drafts: readonly Draft[]): readonly Draft[] {
  return drafts.map((draft) => ({
    ...draft,
    event_id: fallbackId(draft.place, draft.index),
    summary: { ...draft.summary, claimed_event_id: draft.event_id },
  }));
}

const isSame = (a: Identity, b: Identity) =>
  a.stream === b.stream && a.subject === b.subject && a.body_sha256 === b.body_sha256;
