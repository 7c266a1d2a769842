import type { Result, Verdict } from '@countersign/contracts';
import { scanValue, type ScanOptions } from '@countersign/detectors';
import { Allowance } from '../examine/inline-scan.js';
import type { ScannedError } from './judge-blob.js';

/** Scans what a worker wrote beside its blob. Throws `OverBudget` when that takes more work than its length allows. */
export function scanBeside(
  { error, effects }: Pick<Result, 'error' | 'effects'>,
  options: Omit<ScanOptions, 'work'>,
): ScannedError {
  const work = new Allowance(Buffer.byteLength(JSON.stringify([error, effects])));
  const inError = scanValue(error, { ...options, work }, '/error');
  const inEffects = scanValue(effects, { ...options, work }, '/effects');
  return {
    redacted: inError.redacted as Verdict['error'],
    findings: [...inError.findings, ...inEffects.findings],
    quarantine: inError.quarantine || inEffects.quarantine,
  };
}
