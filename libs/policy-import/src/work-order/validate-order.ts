import type { JsonValue } from '@countersign/kernel';
import { ImportSession } from '../import-session.js';
import type { ImportProblem } from '../import-result.js';
import { readOrder } from './read-order.js';
import { readWorkOrderPolicy, type WorkOrderPolicy } from './read-work-order-policy.js';
import { stepViolations } from './step-violations.js';

/** The answer about a work order: every violation in one run, each with its step's id or `?`. */
export type OrderAnswer =
  | { readonly ok: true; readonly policy_id: string; readonly work_order_id: string }
  | { readonly ok: false; readonly errors: readonly string[] };

/** What the caller knows and the order does not say. */
export interface OrderContext {
  /** Whether a path of `required_state_paths` exists. Absent, only what the order lists under `state_paths` counts. */
  readonly statePathExists?: (path: string) => boolean;
}

/** A work-order policy from its text. */
export type ParsedOrderPolicy =
  | { readonly ok: true; readonly policy: WorkOrderPolicy }
  | { readonly ok: false; readonly problems: readonly ImportProblem[] };

/**
 * Reads the JSON of a work-order policy (P5). It is refused as a whole when a part of it could be understood wrongly;
 * the problems name file, line and column.
 */
export function parseOrderPolicy(
  text: string,
  options: { readonly fileName?: string; readonly literalPatterns?: boolean } = {},
): ParsedOrderPolicy {
  const session = new ImportSession(options);
  const root = session.read(text, 'json');
  const policy = root && readWorkOrderPolicy(session, root);
  return policy && session.problems.length === 0
    ? { ok: true, policy }
    : { ok: false, problems: session.problems };
}

/**
 * Checks a work order against a policy: commands, retries, back-off, fields, markers and state paths. An absent
 * `max_retries` counts 1, an absent `backoff_sec` 60 seconds. Reports everything that is wrong, not the first.
 */
export function validateOrder(
  policy: WorkOrderPolicy,
  order: JsonValue,
  { statePathExists }: OrderContext = {},
): OrderAnswer {
  const { errors, id, steps, statePaths } = readOrder(order);
  const violations = steps.flatMap(({ id: step, fields }) =>
    stepViolations(policy, fields).map(({ text }) => `step ${step}: ${text}`),
  );
  for (const { value } of policy.statePaths) {
    if (statePaths.includes(value) || statePathExists?.(value) === true) continue;
    errors.push(`order: the state path ${JSON.stringify(value)} is required`);
  }
  const all = [...errors, ...violations];
  if (all.length > 0) return { ok: false, errors: all };
  return { ok: true, policy_id: policy.policyId, work_order_id: id };
}
