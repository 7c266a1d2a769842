import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@countersign/standalone';
import type { Invariant, Violation } from '../checker/history.js';

/** What became of one fault. */
export interface FaultNote {
  readonly fault: string;
  /** Processes that it ended with SIGKILL. */
  readonly kills: number;
  /** How long something was down or stopped at least, in milliseconds. */
  readonly downMs: number;
  /** Jobs that had been accepted by then. */
  readonly accepted: number;
  /** Of them those that are nowhere, or never ended. */
  readonly lost: number;
  readonly violations: number;
  /** From the fault's end until a job that was sent then had run, in milliseconds; null where nothing was down. */
  readonly ms: number | null;
}

/** What else the suite looks at, in words. */
export interface CheckNote {
  readonly check: string;
  readonly result: string;
}

const FILE = process.env['COUNTERSIGN_FAULT_NOTES'];

const LOST: readonly Invariant[] = ['I3', 'I8'];

/** Keeps a note for docs/reliability.md, when the suite was asked for it. */
export function noteFault(
  fault: string,
  { found, ...note }: Omit<FaultNote, 'fault' | 'lost' | 'violations'> & { found: readonly Violation[] },
): void {
  const jobs = found.filter(({ invariant }) => LOST.includes(invariant)).map(({ jobId }) => jobId);
  keep({ fault, ...note, lost: new Set(jobs).size, violations: found.length });
}

/** Keeps a note of something that held. */
export function noteCheck(check: string, result: string): void {
  keep({ check, result });
}

function keep(note: FaultNote | CheckNote): void {
  if (FILE === undefined) return;
  const file = join(ROOT, FILE);
  mkdirSync(join(file, '..'), { recursive: true });
  appendFileSync(file, `${JSON.stringify(note)}\n`);
}
