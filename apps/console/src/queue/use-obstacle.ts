import { useQuery } from '@tanstack/react-query';
import type { Approval } from '../api/types.js';
import { useSession } from '../session/session.js';
import { useSecondsLeft } from './use-countdown.js';
import type { Integrity } from './use-integrity.js';

const ENDED: Readonly<Record<string, string>> = {
  GRANTED: 'It is approved.',
  REJECTED: 'It is denied.',
  EXPIRED: 'The time to answer has passed: nobody’s answer is a denial.',
  WITHDRAWN: 'It was withdrawn.',
};

/** Milliseconds before it is asked again what became of one that is not listed any more. */
const AGAIN_MS = 1000;

/** Why an approval can't be answered by this caller now; undefined when it can. */
export function useObstacle(approval: Approval, isListed: boolean, integrity: Integrity): string | undefined {
  const { client, isOneOf, me } = useSession();
  const left = useSecondsLeft(approval.expires_at);
  // Once it is not listed any more, somebody answered it or its time is over: only the platform knows which.
  const { data: current } = useQuery({
    queryKey: ['approval', approval.job_id, approval.kind],
    queryFn: ({ signal }) =>
      client.ask<Approval>(`/api/v1/approvals/${approval.job_id}?kind=${approval.kind}`, { signal }),
    enabled: !isListed,
    // What was known while it was listed says nothing about why it is not any more.
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data?.state === 'PENDING' ? AGAIN_MS : false),
  });
  if (left === 0) return ENDED['EXPIRED'];
  if (!isListed && current !== undefined && current.state !== 'PENDING')
    return `${ENDED[current.state] ?? current.state}${by(current)}`;
  if (!isOneOf('reviewer')) return 'Reading only: answers take the role reviewer.';
  if (integrity === 'differs') return 'What is shown is not what would be approved.';
  if (approval.caller === me.name) return 'You asked for this yourself; somebody else has to answer.';
  if (approval.votes?.some(({ voter }) => voter === me.name))
    return 'Your answer is counted; somebody else’s is needed as well.';
  return undefined;
}

const by = ({ resolved_by }: Approval) => (typeof resolved_by === 'string' ? ` By ${resolved_by}.` : '');
