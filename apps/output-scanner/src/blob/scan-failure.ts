import { MAX_TRIES, VerdictReason, type Verdict } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { OverBudget } from '../examine/inline-scan.js';
import { NotYet } from '../examine/not-yet.js';
import type { TakenScan } from './blob-queue.store.js';
import { heldBlob, missingBlob, type BlobResult } from './judge-blob.js';

const isCoded = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof CodedError && codes.includes(error.code);

/** What of an error may be told: a message may quote what was scanned. */
export const told = ({ job_id }: TakenScan, error: unknown) => ({
  job_id,
  error: error instanceof CodedError ? error.code : error instanceof Error ? error.name : 'no error',
});

/** Whether somebody is away without whom nothing can be said. */
export const isAway = (error: unknown): boolean =>
  error instanceof NotYet || isCoded(error, 'timeout', 'unavailable');

/** The verdict about a blob whose scan has failed; undefined as long as another try may succeed. */
export function endOf(received: BlobResult, { tries }: TakenScan, error: unknown): Verdict | undefined {
  if (isCoded(error, 'not_found')) return missingBlob(received);
  if (isCoded(error, 'other_media_type')) return heldBlob(received, VerdictReason.Unscannable);
  if (error instanceof OverBudget) return heldBlob(received, VerdictReason.ScannerTimeout);
  if (isAway(error) || tries < MAX_TRIES) return undefined;
  return heldBlob(received, VerdictReason.ScannerError);
}
