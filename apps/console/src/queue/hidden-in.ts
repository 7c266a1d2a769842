import type { Approval } from '../api/types.js';
import { findHidden, type HiddenFindings } from '../reveal/find-hidden.js';

const known = new WeakMap<Approval, HiddenFindings>();

/** What is hidden in all that a reviewer reads of an approval. Looked for once in each. */
export function hiddenIn(approval: Approval): HiddenFindings {
  let findings = known.get(approval);
  if (findings === undefined) {
    const { job, reason, agent_id, caller, findings: scanned } = approval;
    findings = findHidden({ job, reason, agent_id, caller, findings: scanned });
    known.set(approval, findings);
  }
  return findings;
}
