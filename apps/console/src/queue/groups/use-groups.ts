import { useQuery } from '@tanstack/react-query';
import type { Approval } from '../../api/types.js';
import { useSession } from '../../session/session.js';

/** Requests that are alike: same rule, agent, topic and shape of their parameters. */
export interface Group {
  readonly rule_id: string | null;
  readonly agent_id: string | null;
  readonly topic: string;
  readonly shape: string;
  readonly kind: Approval['kind'];
  readonly risk: 'usual' | 'high' | 'critical';
  readonly count: number;
  readonly oldest_at: string;
  readonly first_expires_at: string;
  /** The oldest of them, as many as can be answered at once. */
  readonly items: readonly { readonly job_id: string; readonly approval_id: string }[];
}

/** What waits, put together by what is alike. */
export interface Groups {
  readonly groups: readonly Group[];
  readonly is_complete: boolean;
}

/** Milliseconds between two questions. */
const EVERY_MS = 5_000;

/** What waits of a kind, or all of it, put together; asked for while somebody looks. */
export function useGroups(kind?: Approval['kind'], isWanted = true) {
  const { client } = useSession();
  return useQuery({
    queryKey: ['groups', kind ?? 'all'],
    queryFn: ({ signal }) =>
      client.ask<Groups>(`/api/v1/approvals/groups${kind === undefined ? '' : `?kind=${kind}`}`, { signal }),
    refetchInterval: EVERY_MS,
    enabled: isWanted,
  });
}
