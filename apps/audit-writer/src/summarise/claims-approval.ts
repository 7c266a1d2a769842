import type { JsonValue } from '@countersign/kernel';

/** How a member is called that says of its job that somebody has approved it. Without case and without joints. */
const SAYS_SO =
  /^(is|was|has|pre|auto|human|already|user|admin)*approv(e|ed|al|als)(by|id|token|status|state|granted|given)?$/;
const JOINTS = /[^a-z0-9]/g;
/** Texts that deny what their member's name says. */
const DENIES = /^\s*(|0|false|no|none|null|pending|denied|rejected|required)\s*$/i;

/**
 * Whether a job says of itself that it is approved, in its labels, its params, or anywhere else. Nothing comes of it: who
 * approves is asked by the policy and answers in a subject of their own. That somebody tried is worth a look.
 */
export function claimsApproval(body: JsonValue): boolean {
  if (typeof body !== 'object' || body === null) return false;
  if (Array.isArray(body)) return body.some(claimsApproval);
  return Object.entries(body).some(
    ([name, value]) =>
      (SAYS_SO.test(name.normalize('NFKC').toLowerCase().replace(JOINTS, '')) && affirms(value)) ||
      claimsApproval(value),
  );
}

const affirms = (value: JsonValue): boolean =>
  typeof value === 'string' ? !DENIES.test(value) : value !== null && value !== false && value !== 0;
