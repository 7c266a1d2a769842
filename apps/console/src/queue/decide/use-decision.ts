import { useMutation } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { Approval, VoteAnswer } from '../../api/types.js';
import { useSession } from '../../session/session.js';
import { castVote, type Ballot } from './vote.js';

/** A decision on the way: what was chosen, and whether it is being told. */
export interface Decision {
  readonly armed: Ballot['vote'] | undefined;
  readonly arm: (vote: Ballot['vote']) => void;
  readonly disarm: () => void;
  readonly cast: (ballot: Ballot) => void;
  readonly isCasting: boolean;
  readonly error: Error | null;
}

/** Decides about one approval. What was chosen for it is never carried over to another one. */
export function useDecision(
  approval: Approval | undefined,
  onDecided: (approval: Approval, ballot: Ballot, answer: VoteAnswer) => void,
): Decision {
  const { client } = useSession();
  const [choice, setChoice] = useState<{ readonly of: string; readonly vote: Ballot['vote'] }>();
  const id = approval?.approval_id;
  const { mutate, isPending, error, variables, reset } = useMutation({
    mutationFn: (cast: { readonly approval: Approval; readonly ballot: Ballot }) =>
      castVote(client, cast.approval, cast.ballot),
    onSuccess: (answer, cast) => {
      setChoice(undefined);
      onDecided(cast.approval, cast.ballot, answer);
    },
  });
  const isOfThis = variables?.approval.approval_id === id;
  return {
    armed: choice !== undefined && choice.of === id ? choice.vote : undefined,
    arm: useCallback((vote) => id !== undefined && (reset(), setChoice({ of: id, vote })), [id, reset]),
    disarm: useCallback(() => setChoice(undefined), []),
    cast: (ballot) => approval !== undefined && !isPending && mutate({ approval, ballot }),
    isCasting: isPending && isOfThis,
    error: isOfThis ? error : null,
  };
}
