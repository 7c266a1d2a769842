import type { Mix } from '../data/jobs.js';
import type { RuleKind } from '../data/rules.js';
import type { EngineName } from '../engines/engine.js';

/** What one process measures: one engine with one set of rules. */
export interface Cell {
  readonly engine: EngineName;
  readonly rules: number;
  readonly kind: RuleKind;
}

/** How long it may take, in milliseconds. A slow engine ends after few decisions, and never before `leastDecisions`. */
export interface Windows {
  readonly warmUp: number;
  /** For the rate, and once more for single calls. */
  readonly measured: number;
  /** For checking answers; the first sixteen jobs of a mix, of all kinds, are checked in any case. */
  readonly checked: number;
  readonly leastDecisions: number;
}

/** What a process is started with. */
export interface CellSettings extends Cell {
  readonly windows: Windows;
}

/** One mix of jobs. */
export interface MixResult {
  readonly mix: Mix;
  /** Jobs whose answer was compared with the expected one. */
  readonly checked: number;
  readonly decisions: number;
  readonly perSec: number;
  /** Decisions for each second of the whole process's CPU time, its garbage collector's threads with it. */
  readonly perCpuSec: number;
  /** Microseconds of single calls, less the clock's own share. */
  readonly p50: number;
  readonly p99: number;
  readonly samples: number;
}

/** What a process says. */
export interface CellResult {
  readonly loadMs: number;
  /** What reading the clock twice takes, in microseconds: the share that is taken off each call. */
  readonly clockUs: number;
  readonly mixes: readonly MixResult[];
}
