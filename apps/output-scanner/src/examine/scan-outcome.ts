import { VerdictReason } from '@countersign/contracts';
import type { Examined, ExamineOptions } from './examine-result.js';

/** How an examination ends: with what was found, or without a word about the result, which nobody may release then. */
export type ScanOutcome =
  | { readonly ok: true; readonly examined: Examined }
  | { readonly ok: false; readonly reason: ScanFailure; readonly detail: string };

export type ScanFailure = typeof VerdictReason.ScannerError | typeof VerdictReason.ScannerTimeout;

/** A result to examine. */
export interface ScanTask {
  /** JSON text of the result, as it was checked. */
  readonly text: string;
  /** Bytes of the text. */
  readonly bytes: number;
  /** The worker pool that returned it: pools take turns. */
  readonly lane: string;
  readonly options: ExamineOptions;
}

/** A scan that did not end. `detail` says how, and nothing of the result. */
export const scanFailed = (reason: ScanFailure, detail: string): ScanOutcome => ({
  ok: false,
  reason,
  detail,
});
