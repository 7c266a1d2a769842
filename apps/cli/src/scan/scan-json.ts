import { RULE_SET_VERSION } from '@countersign/detectors';
import { countsOf, type ScanReport } from './scan-report.js';

/** The report as one document for programs. It holds no value and nothing that stands around one. */
export function scanJson({ inputs, unread, keyFrom, failOn }: ScanReport): object {
  return {
    ruleSet: RULE_SET_VERSION,
    failOn,
    fingerprintKey: keyFrom,
    counts: countsOf(inputs),
    inputs: inputs.map(({ name, result, isBinary }) => ({
      name,
      bytes: result.bytes,
      encoding: result.encoding,
      binary: isBinary,
      count: result.count,
      truncated: result.truncated,
      findings: result.findings,
    })),
    unread,
  };
}
