import { VerdictReason } from '@countersign/contracts';
import type { WorkCounter } from '@countersign/detectors';
import { examineResult, type ExamineOptions, type Returned } from './examine-result.js';
import { scanFailed, type ScanOutcome } from './scan-outcome.js';

/**
 * Characters that a scan on the event loop may look at for each byte of the result, at most: what the detectors promise
 * for the most hostile of their shapes. What needs more goes to a thread.
 */
export const STEPS_PER_BYTE = 60;
/** What the shortest result may take. */
const LEAST_STEPS = 16 * 1024;

/** A scan looked at more than what it scans may take. */
export class OverBudget extends Error {}

/** Ends the scan that it counts for, with {@link OverBudget}, once it has looked at too much for so many bytes. */
export class Allowance implements WorkCounter {
  private looked = 0;
  private readonly most: number;

  constructor(bytes: number, stepsPerByte = STEPS_PER_BYTE) {
    this.most = LEAST_STEPS + stepsPerByte * bytes;
  }

  get steps(): number {
    return this.looked;
  }

  set steps(steps: number) {
    this.looked = steps;
    if (steps > this.most) throw new OverBudget('the scan looks at more than its size allows');
  }
}

/** Examines a small result at once. Undefined when it takes more work than a result of its size may take. */
export function scanInline(
  returned: Returned,
  bytes: number,
  options: ExamineOptions,
  stepsPerByte = STEPS_PER_BYTE,
): ScanOutcome | undefined {
  try {
    const allowance = new Allowance(bytes, stepsPerByte);
    return { ok: true, examined: examineResult(returned, options, allowance) };
  } catch (error) {
    if (error instanceof OverBudget) return undefined;
    return scanFailed(VerdictReason.ScannerError, error instanceof Error ? error.name : 'no error');
  }
}
