import {
  EventType,
  ResultStatus,
  Step,
  Subjects,
  VerdictKind,
  eventId,
  type Verdict,
} from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type { Emission } from '@countersign/service-kit';

const LATER: ReadonlySet<VerdictKind> = new Set([VerdictKind.Released, VerdictKind.Withheld]);

/**
 * The message of a verdict. Its id derives from the result and from where it was said, not from the job: results of two
 * leases, or a forged one beside the real one, each get a verdict of their own and none takes the place of another. The
 * same bytes under another subject are another result: the scheduler refuses the verdict on the one and needs the other.
 */
export function verdictEmission(
  verdict: Verdict,
  tail: string,
  cause: { readonly id: string; readonly traceparent: string },
): Emission & { readonly text: string } {
  const step = LATER.has(verdict.kind) ? Step.Release : Step.Verdict;
  return {
    subject: Subjects.verdict.address({ kind: verdict.kind, tail }),
    id: eventId(verdict.job_id, step, verdict.attempt, resultDigest(verdict, tail)),
    type: EventType.Verdict,
    text: JSON.stringify(verdict),
    jobId: verdict.job_id,
    cause,
    final: isFinal(verdict),
  };
}

/** Neither pools nor tails hold blanks. */
const resultDigest = ({ pool, scanned }: Verdict, tail: string): string =>
  sha256Digest(`${pool} ${tail} ${scanned}`);

/** A released success is answered by the job's output, a quarantine by the review; nothing answers the others. */
function isFinal(verdict: Verdict): boolean {
  if (verdict.kind === VerdictKind.Quarantined) return false;
  return verdict.kind === VerdictKind.Withheld || verdict.status !== ResultStatus.Succeeded;
}
