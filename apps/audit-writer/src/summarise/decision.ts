import type { Constraints, Decision } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { pick, type Summary } from './pick.js';

/** A decision without the job that it is about. */
export function summariseDecision(decision: Decision): Summary {
  return {
    constraints: constraintsOf(decision.constraints),
    ...pick(decision, 'decision_id', 'derived_tags', 'evaluated_at', 'job_hash'),
    obligations: Object.keys(decision.obligations).sort(),
    ...pick(decision, 'policy_snapshot', 'reason', 'reason_code', 'rule_ids', 'type'),
    verified: pick(decision.verified, 'agent_id', 'by', 'caller', 'producer', 'tenant_id'),
  };
}

// Values of environment variables are where credentials are kept, so only their names are remembered.
function constraintsOf({ env, ...rest }: Constraints): JsonValue {
  const kept = { ...rest, ...(env === undefined ? {} : { env: Object.keys(env).sort() }) };
  return pick(kept, ...(Object.keys(kept) as (keyof typeof kept)[]).sort());
}
