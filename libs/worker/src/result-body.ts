import { MAX_BODY_BYTES, MAX_DEPTH, Result, ResultStatus, validate } from '@countersign/contracts';
import { canonicalJson, parseStrictJson, sha256Digest } from '@countersign/kernel';
import { WarrantProblem } from '@countersign/warrant';
import type { Grant } from './answers.js';
import type { Delivered } from './deliver-output.js';
import { AbortReason, type Effect } from './worker-types.js';

/** Longest error message that is passed on, in UTF-16 units. */
const MAX_MESSAGE = 4_096;
/** Most effects that a result lists. */
const MAX_EFFECTS = 1_024;

/** How a run ended. */
export interface RunOutcome {
  /** What the handler returned, or undefined when it was given up. */
  readonly work: Delivered | undefined;
  readonly aborted: Exclude<AbortReason, 'lease_lost'> | undefined;
  readonly effects: readonly Effect[];
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** The end of a run that was never begun, because no warrant allows it. */
export function refusedRun(code: WarrantProblem, at: Date): RunOutcome {
  const work: Delivered = { status: 'failed', output: null, error: { code, message: WarrantProblem[code] } };
  return { work, aborted: undefined, effects: [], startedAt: at, finishedAt: at };
}

/**
 * The JSON text of a result. An output that can't be sent (larger than the limit, or not strict JSON) is replaced by
 * null and the run by a failed one; the text always fits.
 */
export function resultBody(grant: Grant, outcome: RunOutcome): string {
  let text: string;
  let outputBytes: number;
  try {
    const result = resultOf(grant, outcome);
    text = JSON.stringify(result);
    outputBytes = Buffer.byteLength(JSON.stringify(result.output));
  } catch {
    return unsendable(grant, outcome, 'invalid_output', 'the output is not JSON');
  }
  if (
    Buffer.byteLength(text) > MAX_BODY_BYTES ||
    outputBytes > (grant.constraints.max_output_bytes ?? MAX_BODY_BYTES)
  )
    return unsendable(grant, outcome, 'output_too_large', 'the output is larger than may be returned');
  const parsed = parseStrictJson(text, { maxDepth: MAX_DEPTH });
  const checked = parsed.ok ? validate(Result, parsed.value) : parsed;
  return checked.ok ? text : unsendable(grant, outcome, 'invalid_output', checked.problem.message);
}

function resultOf(grant: Grant, outcome: RunOutcome): Result {
  const { work, aborted } = outcome;
  return {
    job_id: grant.job_id,
    attempt: grant.attempt,
    run_id: grant.run_id,
    lease: { id: grant.lease.id, epoch: grant.lease.epoch },
    status: statusOf(outcome),
    output: work?.output ?? null,
    ...(work?.outputBlob === undefined ? {} : { output_blob: work.outputBlob }),
    error: (aborted && ABORTED[aborted]) ?? errorOf(work),
    constraints_digest: sha256Digest(canonicalJson(grant.constraints)),
    usage: work?.usage ?? { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
    started_at: outcome.startedAt.toISOString(),
    finished_at: outcome.finishedAt.toISOString(),
    effects: listed(outcome.effects),
  };
}

const ABORTED = {
  [AbortReason.RuntimeLimit]: {
    code: 'runtime_limit',
    message: 'the run took longer than its constraints allow',
  },
  [AbortReason.Cancelled]: { code: 'cancelled', message: 'the run was cancelled' },
  [AbortReason.WorkerStopped]: { code: 'worker_stopped', message: 'the worker stopped during the run' },
};

function statusOf({ work, aborted }: RunOutcome): ResultStatus {
  if (aborted === AbortReason.RuntimeLimit) return ResultStatus.TimedOut;
  if (aborted === AbortReason.Cancelled) return ResultStatus.Cancelled;
  return aborted === undefined && work?.status === 'succeeded' ? ResultStatus.Succeeded : ResultStatus.Failed;
}

function errorOf(work: Delivered | undefined): Result['error'] {
  if (work?.status === 'succeeded') return null;
  const error = work?.error ?? { code: 'worker_failed', message: 'the work failed' };
  return {
    code: error.code.slice(0, 128).toWellFormed(),
    message: error.message.slice(0, MAX_MESSAGE).toWellFormed(),
  };
}

function listed(effects: readonly Effect[]): Effect[] {
  if (effects.length <= MAX_EFFECTS) return [...effects];
  const kept = effects.slice(0, MAX_EFFECTS - 1);
  return [...kept, unlisted(effects.length - kept.length)];
}

const unlisted = (count: number): Effect => ({
  kind: 'worker',
  op: 'unlisted',
  target: `${count} more effects`,
});

function unsendable(grant: Grant, outcome: RunOutcome, code: string, message: string): string {
  const result = resultOf(grant, { ...outcome, work: undefined });
  const replaced: Result = { ...result, error: { code, message } };
  const text = JSON.stringify(replaced);
  const fits = Buffer.byteLength(text) <= MAX_BODY_BYTES;
  return fits ? text : JSON.stringify({ ...replaced, effects: [unlisted(result.effects.length)] });
}
