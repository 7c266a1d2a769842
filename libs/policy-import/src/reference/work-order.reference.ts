import type { JsonValue } from '@countersign/kernel';
import type { PolicyRequest } from '@countersign/policy-engine';
import { stepViolations } from '../work-order/step-violations.js';
import type { WorkOrderPolicy } from '../work-order/read-work-order-policy.js';
import { parseOrderPolicy, validateOrder } from '../work-order/validate-order.js';
import type { Verdict } from './verdict.js';

/** Decides a step as the validator of work orders does: as an order of one step. */
export function workOrderReference(text: string): (request: PolicyRequest) => Verdict {
  const parsed = parseOrderPolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { policy } = parsed;
  return ({ topic, params }) => {
    if (!topic.startsWith('job.work-order.')) return { type: 'DENY', branch: 'elsewhere' };
    const step = params as Record<string, JsonValue>;
    const order = { work_order_id: 'wo-1', steps: [step], state_paths: step['state_paths'] ?? null };
    if (validateOrder(policy, order).ok) return { type: 'ALLOW_WITH_CONSTRAINTS', branch: 'kept' };
    return { type: 'DENY', branch: branchOf(policy, step) };
  };
}

function branchOf(policy: WorkOrderPolicy, step: Record<string, JsonValue>): string {
  const kinds = new Set(stepViolations(policy, step).map(({ kind }) => kind));
  if (kinds.size === 0) return 'state';
  return kinds.size === 1 ? [...kinds].join() : 'several';
}
