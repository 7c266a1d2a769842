import { describe, expect, it, vi } from 'vitest';
import type { Client } from '../api/client.js';
import { loadWaiting, MOST_HELD } from './load-waiting.js';

const pages = (
  ...answers: readonly { readonly items: readonly object[]; readonly next: string | null }[]
) => {
  const rest = [...answers];
  const ask = vi.fn(() => Promise.resolve(rest.shift() ?? { items: [], next: null }));
  return { client: { ask } as unknown as Client, ask };
};
const approval = (id: number) => ({ approval_id: `a${id}` });
const { signal } = new AbortController();

describe('what waits', () => {
  it('is read page by page, and told as it comes', async () => {
    const { client, ask } = pages({ items: [approval(1)], next: 'a1' }, { items: [approval(2)], next: null });
    const parts: unknown[] = [];
    const waiting = await loadWaiting(client, 'job', signal, (part) => parts.push(part));
    expect(parts).toEqual([{ items: [approval(1)], isWhole: false }]);
    expect(waiting).toEqual({ items: [approval(1), approval(2)], isWhole: true });
    expect(ask).toHaveBeenLastCalledWith('/api/v1/approvals?kind=job&order=fair&limit=200&after=a1', {
      signal,
    });
  });

  it('is held once, also when a page repeats what the one before had', async () => {
    const { client } = pages(
      { items: [approval(1), approval(2)], next: 'a2' },
      { items: [approval(2), approval(3)], next: null },
    );
    const waiting = await loadWaiting(client, 'job', signal, () => undefined);
    expect(waiting.items).toHaveLength(3);
  });

  it('H2: is not read without end', async () => {
    const full = Array.from({ length: MOST_HELD }, (_, i) => approval(i));
    const { client, ask } = pages({ items: full, next: 'more' });
    const waiting = await loadWaiting(client, 'job', signal, () => undefined);
    expect([waiting.isWhole, ask.mock.calls.length]).toEqual([false, 1]);
  });
});
