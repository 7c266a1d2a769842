import { useEffect, useState } from 'react';
import { useDocumentVisibility } from '@mantine/hooks';
import type { Client } from '../api/client.js';
import { readEvents } from './read-events.js';

/** Milliseconds before a stream that ended or failed is asked for again. */
const AGAIN_MS = 2000;

/**
 * Calls back whenever something changed about the tenant's approvals. Gives whether changes are told at all: while they
 * are not, who wants to know has to ask. A tab that nobody sees follows nothing: browsers have six connections to a host,
 * and a stream takes one for good.
 */
export function useApprovalStream(client: Client, onChange: () => void): boolean {
  const [isOpen, setOpen] = useState(false);
  const isSeen = useDocumentVisibility() === 'visible';
  useEffect(() => {
    if (!isSeen) return undefined;
    const stop = new AbortController();
    let lastId: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async () => {
      const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId };
      const response = await client.send('/api/v1/approvals/stream', { signal: stop.signal, headers });
      if (!response.ok || response.body === null) return;
      setOpen(true);
      // What changed before the first event of a stream that goes on nowhere is not told.
      onChange();
      await readEvents(response.body, ({ name, id }) => {
        lastId = id ?? lastId;
        if (name !== 'hello') onChange();
      });
    };
    const again = () => {
      if (stop.signal.aborted) return;
      setOpen(false);
      timer = setTimeout(start, AGAIN_MS);
    };
    // A stream that breaks is no news to anybody: until it is back, the lists are asked for.
    const start = () => void follow().then(again, again);
    start();
    return () => {
      stop.abort();
      setOpen(false);
      clearTimeout(timer);
    };
  }, [client, onChange, isSeen]);
  return isOpen;
}
