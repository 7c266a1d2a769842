import type { Client } from '../api/client.js';
import type { Job, Page } from '../api/types.js';

/** How much of something there is, and since when the oldest of it. */
export interface Depth {
  readonly count: number;
  /** Whether that is all; else there is more, and older. */
  readonly isWhole: boolean;
  readonly oldestAt: string | undefined;
}

/** States that jobs pass through, and in which they should not stay. */
const UNDER_WAY = ['SUBMITTED', 'THROTTLED', 'SCHEDULED', 'DISPATCHED', 'RUNNING', 'SCANNING'] as const;
/** Jobs of a state that are read: a page of the API. */
export const JOBS_READ = 200;

/** Puts parts together. */
export function depthOf(
  parts: readonly { readonly count: number; readonly at: string }[],
  isWhole: boolean,
): Depth {
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    isWhole,
    oldestAt: parts.map(({ at }) => at).sort()[0],
  };
}

/** How many jobs are in each of the states that they pass through. Throws an `ApiProblem`. */
export function loadUnderWay(client: Client, signal: AbortSignal) {
  return Promise.all(
    UNDER_WAY.map(async (state) => {
      const page = await client.ask<Page<Job>>(`/api/v1/jobs?state=${state}&limit=${JOBS_READ}`, { signal });
      const parts = page.items.map(({ created_at: at }) => ({ count: 1, at }));
      return { state, depth: depthOf(parts, page.next === null) };
    }),
  );
}
