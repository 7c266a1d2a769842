import type { Client } from '../api/client.js';
import type { Approval, Page } from '../api/types.js';

/** Most approvals that a page of the API has. */
const PAGE = 200;
/** Approvals that are held at most; whoever has more waiting will not get to the last of them today. */
export const MOST_HELD = 2000;

/** What waits for a reviewer, as far as it is known. */
export interface Waiting {
  readonly items: readonly Approval[];
  /** Whether these are all. */
  readonly isWhole: boolean;
}

/** Loads what waits of a kind, the most critical first. `onPart` is told what is there after each page but the last. */
export async function loadWaiting(
  client: Client,
  kind: Approval['kind'],
  signal: AbortSignal,
  onPart: (part: Waiting) => void,
): Promise<Waiting> {
  const items = new Map<string, Approval>();
  let after: string | null = null;
  do {
    const cursor: string = after === null ? '' : `&after=${after}`;
    // The first page is small, so that there is something to read at once.
    const limit = after === null ? 50 : PAGE;
    const page: Page<Approval> = await client.ask(
      `/api/v1/approvals?kind=${kind}&order=fair&limit=${limit}${cursor}`,
      { signal },
    );
    // While pages are read others answer: an approval may come twice.
    for (const item of page.items) items.set(item.approval_id, item);
    after = page.next;
    if (after !== null) onPart({ items: [...items.values()], isWhole: false });
  } while (after !== null && items.size < MOST_HELD);
  return { items: [...items.values()], isWhole: after === null };
}
