import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem.js';
import type { Approval } from '../api/types.js';
import { useSession } from '../session/session.js';

/** What people were asked about a job or about its output; undefined where nobody was, or that is not known yet. */
export function useApprovalOf(
  jobId: string,
  kind: Approval['kind'],
  { isWanted, everyMs }: { readonly isWanted: boolean; readonly everyMs: number | false },
): Approval | undefined {
  const { client, isOneOf } = useSession();
  const { data } = useQuery({
    queryKey: ['approval', jobId, kind],
    queryFn: ({ signal }) =>
      client.ask<Approval>(`/api/v1/approvals/${jobId}?kind=${kind}`, { signal }).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }),
    enabled: isWanted && isOneOf('reviewer', 'auditor', 'operator'),
    refetchInterval: everyMs,
    retry: false,
  });
  return data ?? undefined;
}
