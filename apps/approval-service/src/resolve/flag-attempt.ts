import type { Work } from '@countersign/service-kit';
import type { OpenedApproval } from '../approval/locked-approval.js';

/** Refusals that somebody should look at: whoever may never answer has tried to. */
const FLAGGED: ReadonlySet<string> = new Set(['self_approval', 'not_a_person']);

/** Who tried what. */
export interface Attempt {
  readonly by: string;
  readonly vote: string;
}

/**
 * Puts an attempt of who may never answer into the audit log. A trace id without a cause: named as a cause, this event
 * would count as the answer to the question.
 */
export function flagAttempt(
  work: Work,
  approval: OpenedApproval | undefined,
  { by, vote }: Attempt,
  code: string,
): void {
  if (approval === undefined || !FLAGGED.has(code)) return;
  work.refuse({
    job_id: approval.job_id,
    trace_id: approval.trace_id,
    what: 'vote',
    reason_code: code,
    detail: {
      tenant_id: approval.tenant_id,
      approval_id: approval.approval_id,
      kind: approval.kind,
      by,
      vote,
    },
  });
}
