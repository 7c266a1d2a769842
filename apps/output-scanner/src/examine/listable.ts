import type { FindingRecord } from '@countersign/contracts';
import { Action, type LocatedFinding } from '@countersign/detectors';

/** Findings a verdict lists at most. An output that holds more needs a person, not a redaction. */
export const MAX_FINDINGS = 1000;
/** Bytes of the list of findings at most, so that output and findings together stay below what the broker takes. */
export const MAX_FINDINGS_BYTES = 512 * 1024;

/** As many of the findings as a verdict may list, without what only the scanner needs. */
export function listable(found: readonly LocatedFinding[]): FindingRecord[] {
  const records: FindingRecord[] = [];
  let bytes = 0;
  for (const { rule, severity, pointer, offset, length, fingerprint, action } of found) {
    const record = { rule, severity, pointer, offset, length, fingerprint, action: ending(action) };
    bytes += Buffer.byteLength(JSON.stringify(record));
    if (records.length === MAX_FINDINGS || bytes > MAX_FINDINGS_BYTES) break;
    records.push(record);
  }
  return records;
}

/** What the detectors call an alert leaves the value where it is. */
export const ending = (action: Action): NonNullable<FindingRecord['action']> =>
  action === Action.Alert ? 'release' : action;
