import type { Constraints, Decision } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { pick, type Summary } from './pick.js';

/** A decision without the job that it is about. */
export function summariseDecision(decision: Decision): Summary {
  return {
    ...pick(
      decision,
      'decision_id',
      'job_hash',
      'type',
      'rule_ids',
      'reason',
      'reason_code',
      'derived_tags',
      'policy_snapshot',
      'verified',
      'evaluated_at',
    ),
    constraints: constraintsOf(decision.constraints),
  };
}

// Values of environment variables are where credentials are kept, so only their names are remembered.
function constraintsOf({ env, ...rest }: Constraints): JsonValue {
  return {
    ...(rest as Record<string, JsonValue>),
    ...(env === undefined ? {} : { env: Object.keys(env).sort() }),
  };
}
