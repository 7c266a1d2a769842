import { percentile } from '../../measure/statistics.js';
import { agentOf, TOPICS } from '../platform/files.js';
import type { HttpClient } from './http-client.js';

/** The lists that are asked for, by what they are. `after` is a cursor in the middle of the queue. */
export const LISTS: readonly {
  readonly name: string;
  readonly query: (n: number, after: string) => string;
}[] = [
  { name: 'first page', query: () => '' },
  { name: 'first page, most critical first (`order=fair`)', query: () => '?order=fair' },
  { name: '200 items, most critical first', query: () => '?order=fair&limit=200' },
  { name: 'page from the middle', query: (_, after) => `?after=${after}` },
  { name: 'of one agent', query: (n) => `?agent_id=${agentOf(n)}` },
  { name: 'below a topic', query: () => `?topic=${TOPICS}.>` },
  { name: 'of one topic, most critical first', query: () => `?topic=${TOPICS}.delete&order=fair` },
  { name: 'critical alone', query: () => '?min_risk=critical' },
];

/** Times of one kind of list, in milliseconds, and items of its last page. */
export interface ListResult {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  readonly items: number;
}

interface Page {
  readonly items: readonly { readonly approval_id: string }[];
  readonly next: string | null;
}

/** Asks for each kind of list so many times, one request after the other. */
export async function measureList(
  http: HttpClient,
  requests: number,
  after: string,
): Promise<readonly ListResult[]> {
  const results: ListResult[] = [];
  for (const { name, query } of LISTS) {
    const times: number[] = [];
    let items = 0;
    for (let n = 0; n < requests; n++) {
      const path = `/api/v1/approvals${query(n, after)}`;
      const began = performance.now();
      const page = (await http.ask('GET', path, 200)) as Page;
      times.push(performance.now() - began);
      items = page.items.length;
      if (items === 0) throw new Error(`${path}: the list is empty`);
    }
    results.push({ name, p50: percentile(times, 0.5), p99: percentile(times, 0.99), requests, items });
  }
  return results;
}
