import type { Terms } from './terms-of.js';

/** The terms that a vote is judged by. */
export type VotingTerms = Pick<Terms, 'quorum' | 'groups' | 'confirm'>;

/**
 * What satisfies both what was asked for and what the policy asks for now; undefined when nobody can. A question never
 * gets easier while it waits.
 */
export function stricterTerms(asked: VotingTerms, now: VotingTerms): VotingTerms | undefined {
  const groups = commonGroups(asked.groups, now.groups);
  if (groups === undefined) return undefined;
  return { quorum: Math.max(asked.quorum, now.quorum), groups, confirm: asked.confirm ?? now.confirm };
}

/** Whether votes under the first terms say nothing under the second: other people are asked. */
export function asksOthers(before: VotingTerms, after: VotingTerms): boolean {
  return before.groups.length !== after.groups.length || before.groups.some((g) => !after.groups.includes(g));
}

function commonGroups(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const both = one.filter((group) => other.includes(group));
  return both.length === 0 ? undefined : both;
}
