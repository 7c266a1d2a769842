import type { Offer, Output, VerdictKind } from '@countersign/contracts';
import { timeText } from './job.columns.js';
import type { ReleasedOutput } from './released-output.js';

/** What an offer says, from the state it can be made again from. */
export interface OfferParts {
  readonly jobId: string;
  readonly jobHash: string;
  /** The canonical bytes of the job. */
  readonly job: string;
  readonly attempt: number;
  readonly pool: string;
  readonly offerExpiresAtMs: number;
}

/** The offer as it is sent: always the same text for the same attempt. */
export function offerText(parts: OfferParts): string {
  const offer: Offer = {
    job_id: parts.jobId,
    job_hash: parts.jobHash,
    job: parts.job,
    attempt: parts.attempt,
    pool: parts.pool,
    offer_expires_at: timeText(parts.offerExpiresAtMs),
  };
  return JSON.stringify(offer);
}

/** What a released output says, from the state it can be made again from. */
export interface OutputParts {
  readonly jobId: string;
  readonly kind: VerdictKind;
  readonly released: string;
  readonly output: ReleasedOutput;
}

/** The released output as it is sent. */
export function outputText({ jobId, kind, released, output }: OutputParts): string {
  const what = typeof output === 'string' ? { output } : { output: null, output_blob: output };
  const message: Output = { job_id: jobId, state: 'COMPLETED', kind, released, ...what };
  return JSON.stringify(message);
}
