import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@countersign/standalone';
import type { Invariant, Violation } from '../checker/history.js';

/** What became of one fault. */
export interface FaultNote {
  readonly fault: string;
  /** Jobs that had been accepted by then. */
  readonly accepted: number;
  /** Of them those that are nowhere, or never ended. */
  readonly lost: number;
  readonly violations: number;
  /** From the fault's end until a job that was sent then had run, in milliseconds; null where nothing was down. */
  readonly ms: number | null;
}

const FILE = process.env['COUNTERSIGN_FAULT_NOTES'];

const LOST: readonly Invariant[] = ['I3', 'I8'];

/** Keeps a note for docs/reliability.md, when the suite was asked for it. */
export function noteFault(
  fault: string,
  { accepted, found, ms }: { accepted: number; found: readonly Violation[]; ms: number | null },
): void {
  if (FILE === undefined) return;
  const lost = new Set(found.filter(({ invariant }) => LOST.includes(invariant)).map(({ jobId }) => jobId))
    .size;
  const note: FaultNote = { fault, accepted, lost, violations: found.length, ms };
  const file = join(ROOT, FILE);
  mkdirSync(join(file, '..'), { recursive: true });
  appendFileSync(file, `${JSON.stringify(note)}\n`);
}
