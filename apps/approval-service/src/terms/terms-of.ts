import { DEFAULT_APPROVAL_TTL_SEC, type CanonicalJob, type Decision } from '@countersign/contracts';

/** Longest time a question may wait, in seconds: 30 days. A rule that asks for more gets this. */
export const MAX_APPROVAL_TTL_SEC = 30 * 24 * 3600;

/** Who has to answer, and how. */
export interface Terms {
  readonly quorum: number;
  /** Groups of which a voter must be in one; none means any reviewer. */
  readonly groups: readonly string[];
  /** What has to be typed to approve; null where a vote is enough. */
  readonly confirm: string | null;
  readonly escalate_after_sec: number | null;
  /** Groups that may answer as well once it has escalated. */
  readonly escalate_to: readonly string[];
  readonly ttl_sec: number;
}

type Obligation = Decision['obligations']['approval'];

/** The terms that a decision sets; what it leaves open is one reviewer of any group within five minutes. */
export function termsOf(approval: Obligation, action: string): Terms {
  return {
    quorum: approval?.quorum ?? 1,
    groups: approval?.groups ?? [],
    confirm: approval?.confirm === true ? action : null,
    escalate_after_sec: approval?.escalate_after_sec ?? null,
    escalate_to: approval?.escalate_to ?? [],
    ttl_sec: Math.min(approval?.ttl_sec ?? DEFAULT_APPROVAL_TTL_SEC, MAX_APPROVAL_TTL_SEC),
  };
}

/** The action of a job as rules know it: the one it names, else the last token of its topic. */
export function actionOf({ action, topic }: Pick<Partial<CanonicalJob>, 'action' | 'topic'>): string {
  return action ?? topic?.split('.').at(-1) ?? '';
}
