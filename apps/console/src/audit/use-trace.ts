import { useQuery } from '@tanstack/react-query';
import type { Client } from '../api/client.js';
import type { AuditEntry, TracePage } from '../api/types.js';
import { useSession } from '../session/session.js';

/** Entries that are read of one trace at most. */
const MOST = 5000;

async function loadTrace(
  client: Client,
  traceId: string,
  signal: AbortSignal,
): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let after: number | null = 0;
  while (after !== null && entries.length < MOST) {
    const page: TracePage = await client.ask(`/api/v1/traces/${traceId}?after=${after}`, { signal });
    entries.push(...page.items);
    after = page.next;
  }
  return entries;
}

/** What the audit log knows of a trace; asked again and again as long as more may come. */
export function useTrace(traceId: string | undefined, options: { readonly everyMs: number | false }) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => loadTrace(client, traceId ?? '', signal),
    enabled: traceId !== undefined,
    refetchInterval: options.everyMs,
  });
}
