import type { Draft } from '../read-message/message.js';

/** What tells two messages with one event id apart. */
export type Identity = Pick<Draft, 'stream' | 'subject' | 'body_sha256'>;

/**
 * Splits drafts into those that are new and those whose id another message already has, by what is `known` and what
 * came before in the same list. A repeated message is in neither: it is in the log.
 */
export function selectFresh(
  drafts: readonly Draft[],
  known: ReadonlyMap<string, Identity>,
): { readonly fresh: readonly Draft[]; readonly clashing: readonly Draft[] } {
  const seen = new Map<string, Identity>(known);
  const fresh: Draft[] = [];
  const clashing: Draft[] = [];
  for (const draft of drafts) {
    const other = seen.get(draft.event_id);
    if (!other) {
      seen.set(draft.event_id, draft);
      fresh.push(draft);
    } else if (!isSame(other, draft)) clashing.push(draft);
  }
  return { fresh, clashing };
}

/** Gives clashing drafts an id of their own: an id that somebody took first must not hide what came later. */
export function renamed(drafts: readonly Draft[]): readonly Draft[] {
  return drafts.map((draft) => ({
    ...draft,
    event_id: draft.fallback_id,
    summary: { ...draft.summary, claimed_event_id: draft.event_id },
  }));
}

const isSame = (a: Identity, b: Identity) =>
  a.stream === b.stream && a.subject === b.subject && a.body_sha256 === b.body_sha256;
