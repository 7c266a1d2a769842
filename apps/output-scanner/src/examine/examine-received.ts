import { VerdictReason } from '@countersign/contracts';
import type { ReceivedResult } from '../scan/received-result.js';
import type { ScanPool } from '../thread/scan-pool.js';
import type { ExamineOptions } from './examine-result.js';
import { scanInline } from './inline-scan.js';
import { NotYet } from './not-yet.js';
import { scanFailed, type ScanOutcome } from './scan-outcome.js';

/** Bytes of a result that is scanned on the event loop: giving it to a thread would cost more than scanning it. */
export const INLINE_BYTES = 8 * 1024;

/** Examines results: small ones at once, the others in a thread, and so a small one that turns out to be hostile. */
export function examiner(
  pool: Pick<ScanPool, 'scan'> | undefined,
): (received: ReceivedResult, options: ExamineOptions) => Promise<ScanOutcome> {
  return async ({ result, text, bytes, pool: lane }, options) => {
    if (bytes < INLINE_BYTES || pool === undefined) {
      const outcome = scanInline(result, bytes, options);
      if (outcome !== undefined) return outcome;
      if (pool === undefined) return scanFailed(VerdictReason.ScannerTimeout, 'more steps than allowed');
    }
    const outcome = pool.scan({ text, bytes, lane, options });
    if (outcome === undefined) throw new NotYet('too many results of this pool wait for a thread');
    return outcome;
  };
}
