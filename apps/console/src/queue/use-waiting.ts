import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { useApprovalStream } from '../live/use-approval-stream.js';
import { useSession } from '../session/session.js';
import { loadWaiting, type Waiting } from './load-waiting.js';

export const WAITING_KEY = ['waiting'];

/** Milliseconds between two questions while changes are told, and while they are not. */
const QUIET_MS = 30_000;
const POLL_MS = 2_000;

/** What waits for a reviewer, live. */
export function useWaiting() {
  const { client } = useSession();
  const queries = useQueryClient();
  const refresh = useRefresh();
  const isLive = useApprovalStream(client, refresh);
  const query = useQuery<Waiting>({
    queryKey: WAITING_KEY,
    queryFn: ({ signal }) =>
      loadWaiting(client, signal, (part) => {
        // Later on, a part would hide for a moment what the whole list has.
        if (queries.getQueryData(WAITING_KEY) === undefined || isPartial(queries.getQueryData(WAITING_KEY)))
          queries.setQueryData(WAITING_KEY, part);
      }),
    refetchInterval: isLive ? QUIET_MS : POLL_MS,
  });
  return { ...query, isLive, refresh };
}

const isPartial = (waiting: Waiting | undefined) => waiting?.isWhole === false;

/** Asks for the list again. While it is being asked for, once more afterwards: changes in a burst cost one question. */
function useRefresh(): () => void {
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
        await queries.refetchQueries({ queryKey: WAITING_KEY }, { cancelRefetch: false });
      }
      current.isAsking = false;
    };
    void ask();
  }, [queries]);
}
