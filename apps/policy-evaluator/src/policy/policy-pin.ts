import type { PolicySnapshot } from '@countersign/policy-engine';

/** A policy that nothing else may take the place of: by its digest, or by id and version. */
export type PolicyPin = string;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether a snapshot is the one that is pinned. `pin` is `sha256:…` or `<policy_id>@<policy_version>`. */
export function matchesPin(
  pin: PolicyPin | undefined,
  snapshot: Pick<PolicySnapshot, 'hash' | 'policy_id' | 'policy_version'>,
): boolean {
  if (pin === undefined || pin === '') return true;
  if (DIGEST.test(pin)) return pin === snapshot.hash;
  return pin === `${snapshot.policy_id ?? ''}@${snapshot.policy_version ?? ''}`;
}
