import type { ApprovalTerms, ThrottleTerms } from '../policy-rule.js';
import { present, type Body } from './rule-body.js';

const UNITS = [
  [86_400, 'd', 'day'],
  [3600, 'h', 'hour'],
  [60, 'm', 'minute'],
] as const;

/** The `approval` block as a file spells it. No groups means any reviewer, which a file says by leaving them out. */
export function approvalBody(terms: ApprovalTerms): Body {
  const { escalate_after_sec: after } = terms;
  return present({
    quorum: terms.quorum,
    groups: terms.groups.length > 0 ? terms.groups : undefined,
    ttl: duration(terms.ttl_sec),
    confirm: terms.confirm,
    escalate_after: after === undefined ? undefined : duration(after),
    escalate_to: terms.escalate_to,
  });
}

/** The `throttle` block as a file spells it. */
export function throttleBody({ limit, window_sec, key, burst, on_excess }: ThrottleTerms): Body {
  const unit = UNITS.find(([seconds]) => seconds === window_sec)?.[2] ?? 'second';
  return { rate: `${limit}/${unit}`, key, burst, on_excess };
}

/** Seconds in the largest unit that needs no fraction. */
function duration(seconds: number): string {
  const [size, letter] = UNITS.find(([unit]) => seconds % unit === 0) ?? [1, 's'];
  return `${seconds / size}${letter}`;
}
