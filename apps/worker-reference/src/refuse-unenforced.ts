import type { Constraints } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';

/** Constraints that are not for the handler: the worker library or the scheduler sees to them. */
const ENFORCED_ELSEWHERE = ['max_runtime_sec', 'max_retries', 'backoff_sec', 'max_output_bytes'];

/** Refuses to run under a limit that would not be kept: a limit that is ignored is worse than a job that fails. */
export function refuseUnenforced(constraints: Constraints, kept: readonly (keyof Constraints)[]): void {
  const unkept = Object.keys(constraints).filter(
    (name) => !ENFORCED_ELSEWHERE.includes(name) && !kept.some((k) => k === name),
  );
  if (unkept.length > 0)
    throw new CodedError('unsupported_constraint', `this worker can't keep to ${unkept.join(', ')}`);
}
