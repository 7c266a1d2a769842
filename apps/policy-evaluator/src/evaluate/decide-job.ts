import { eventId, Step, type Decision } from '@countersign/contracts';
import {
  type PolicyRequest,
  type PolicySnapshot,
  policyRequestOf,
  ReasonCode,
  recordInput,
  withScannedInput,
} from '@countersign/policy-engine';
import type { AdmittedJob } from './admit-job.js';
import { answerOf, type Answer, type Engine } from './answer.js';
import { replacementOf, type Replacement } from './replace-job.js';

const CANNOT_REDACT = "What the job must not be given can't be taken out.";

/** A decision that nobody has sealed yet. */
export type UnsealedDecision = Omit<Decision, 'seal'>;

/** A decision and the road's id and effect token for it. */
export interface DecidedJob {
  readonly decision: UnsealedDecision;
  readonly eventId: string;
  /** Subject token: the type in lower case. */
  readonly effect: string;
  /** The job that goes on in its place. */
  readonly replacement?: Replacement;
}

/**
 * Decides one job: a pure function of the job, the snapshot and the clock readings given. `evaluated_at` is the time that
 * conditions saw, so the decision can be made again.
 */
export function decideJob(
  admitted: AdmittedJob,
  snapshot: PolicySnapshot,
  clock: { readonly now: () => Date; readonly micros: () => number },
  engine?: Engine,
): DecidedJob {
  const { job, verified } = admitted;
  const startedAt = clock.micros();
  const now = clock.now().toISOString();
  const asked = policyRequestOf(job, verified, now);
  const request = withScannedInput(snapshot, admitted.replaces ? { ...asked, redacted: true } : asked);
  const told = answerOf(snapshot, request, engine);
  const { answer, replacement } = inPlace(admitted, told, Date.parse(now));
  const decision: UnsealedDecision = {
    decision_id: `${job.job_id}:decision:0`,
    job_id: job.job_id,
    job_hash: admitted.hash,
    job: admitted.text,
    ...answer,
    policy_snapshot: snapshot.hash,
    ...inputOf(request, admitted, replacement),
    verified,
    evaluated_at: now,
    evaluation_us: Math.max(0, Math.round(clock.micros() - startedAt)),
  };
  return {
    decision,
    eventId: eventId(job.job_id, Step.Decision, 0, admitted.hash),
    effect: answer.type.toLowerCase(),
    ...(replacement && { replacement }),
  };
}

/** The job that goes on in the place of a refused one. Where there can be none, the job is denied like any other. */
function inPlace(admitted: AdmittedJob, answer: Answer, at: number) {
  if (answer.reason_code !== ReasonCode.InputRedacted) return { answer };
  const replacement = replacementOf(admitted, at);
  return replacement
    ? { answer, replacement }
    : { answer: { ...answer, reason_code: ReasonCode.InputFinding, reason: CANNOT_REDACT } };
}

/** What was found, and the jobs that this one is linked to. */
function inputOf(
  { input }: PolicyRequest,
  { replaces }: AdmittedJob,
  replacement: Replacement | undefined,
): Pick<UnsealedDecision, 'input'> {
  // A replacement tells its link also where the policy wants no scan any more.
  if (input === undefined && !replaces) return {};
  const links = {
    ...(replaces && { replaces }),
    ...(replacement && { replaced_by: { job_id: replacement.jobId, job_hash: replacement.hash } }),
  };
  return { input: recordInput(input, links) };
}
