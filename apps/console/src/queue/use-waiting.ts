import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import type { Approval } from '../api/types.js';
import { useApprovalStream } from '../live/use-approval-stream.js';
import { useSession } from '../session/session.js';
import { loadWaiting, type Waiting } from './load-waiting.js';

/** Under which what waits of a kind is kept. */
export const waitingKey = (kind: Approval['kind']) => ['waiting', kind] as const;

/** Milliseconds between two questions while changes are told, and while they are not. */
const QUIET_MS = 30_000;
const POLL_MS = 2_000;

/** What waits of a kind for a reviewer, live. */
export function useWaiting(kind: Approval['kind']) {
  const { client } = useSession();
  const queries = useQueryClient();
  const key = waitingKey(kind);
  const refresh = useRefresh(kind);
  const isLive = useApprovalStream(client, refresh);
  const query = useQuery<Waiting>({
    queryKey: key,
    queryFn: ({ signal }) =>
      loadWaiting(client, kind, signal, (part) => {
        // Later on, a part would hide for a moment what the whole list has.
        if (queries.getQueryData(key) === undefined || isPartial(queries.getQueryData(key)))
          queries.setQueryData(key, part);
      }),
    refetchInterval: isLive ? QUIET_MS : POLL_MS,
  });
  return { ...query, isLive, refresh };
}

const isPartial = (waiting: Waiting | undefined) => waiting?.isWhole === false;

/** Asks for the list again. While it is being asked for, once more afterwards: changes in a burst cost one question. */
function useRefresh(kind: Approval['kind']): () => void {
  const queries = useQueryClient();
  const state = useRef({ isAsking: false, isStale: false });
  return useCallback(() => {
    const { current } = state;
    current.isStale = true;
    if (current.isAsking) return;
    const ask = async () => {
      current.isAsking = true;
      while (current.isStale) {
        current.isStale = false;
        await queries.invalidateQueries({ queryKey: ['approval'] });
        await queries.refetchQueries({ queryKey: waitingKey(kind) }, { cancelRefetch: false });
      }
      current.isAsking = false;
    };
    void ask();
  }, [queries, kind]);
}
