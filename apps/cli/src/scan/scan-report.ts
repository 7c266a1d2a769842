import { Severity, type StreamFinding, type StreamResult } from '@countersign/detectors';
import type { FingerprintKey } from './fingerprint-key.js';

/** An input that was read to its end. */
export interface ScannedInput {
  /** As it was named: a path, or `-`. */
  readonly name: string;
  readonly result: StreamResult;
  /** It holds NUL bytes and is no UTF-16: what can be read of it as text was scanned. */
  readonly isBinary: boolean;
  /** It begins with a byte order mark, which its findings' offsets count. */
  readonly hasMark: boolean;
}

/** An input that could not be read, or not to its end. */
export interface UnreadInput {
  readonly name: string;
  readonly problem: string;
}

/** What one call of `scan` has to tell. */
export interface ScanReport {
  readonly inputs: readonly ScannedInput[];
  readonly unread: readonly UnreadInput[];
  readonly keyFrom: FingerprintKey['from'];
  readonly failOn: Severity;
}

/** From most to least severe. */
export const SEVERITIES: readonly Severity[] = Object.values(Severity).reverse();

/** Findings by severity over all inputs, those that were not kept included. */
export function countsOf(inputs: readonly ScannedInput[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { result } of inputs)
    for (const severity of SEVERITIES) counts[severity] += result.bySeverity[severity] ?? 0;
  return counts;
}

/** How the value was hidden, if it was. */
export function disguiseOf({ decodedFrom = [] }: StreamFinding): string {
  return decodedFrom.length === 0 ? '' : `, hidden in ${decodedFrom.join(' in ')}`;
}
