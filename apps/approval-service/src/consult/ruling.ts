import type { VotingTerms } from '../terms/stricter-terms.js';

/** What the policy says now of a job that waits for an approval. */
export type Ruling =
  /** It denies now: a denial wins. */
  | { readonly kind: 'denied' }
  /** It lets a person decide, by these terms. */
  | { readonly kind: 'open'; readonly terms: VotingTerms }
  /** It could not be asked: nobody approves then. */
  | { readonly kind: 'unavailable' };

/** Asks the policy about a job that it has decided about; `edited` are other bytes of the same sender, as if they had come. */
export type AskPolicy = (question: {
  readonly tenant_id: string;
  readonly job_id: string;
  /** Hash of the bytes that the answer must be about. */
  readonly job_hash: string;
  /** What a typed confirmation has to name. */
  readonly action: string;
  readonly edited?: string;
}) => Promise<Ruling>;
