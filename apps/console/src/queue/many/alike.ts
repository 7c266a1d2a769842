import type { Approval } from '../../api/types.js';
import { hiddenIn } from '../hidden-in.js';

/** Requests that are answered at once at most: as many as the API takes. */
export const MOST_AT_ONCE = 100;

/** Whether two requests differ in the values of their parameters alone: same rule, agent, topic and shape. */
export function areAlike(one: Approval, other: Approval): boolean {
  return (
    one.shape !== undefined &&
    one.shape !== '' &&
    one.shape === other.shape &&
    one.topic === other.topic &&
    one.agent_id === other.agent_id &&
    one.kind === other.kind &&
    one.rule_ids[0] === other.rule_ids[0]
  );
}

/**
 * Whether a request can be answered among others. What has to be typed is typed for each by itself, and what hides
 * something is looked at by itself.
 */
export const canBeMarked = (approval: Approval): boolean =>
  typeof approval.confirm !== 'string' && hiddenIn(approval).count === 0;
