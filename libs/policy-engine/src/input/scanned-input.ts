import type { DetectorAction } from '@countersign/contracts';
import type { FoundKind } from '../findings/finding-rule.js';

/** One thing found in what a job was given. It names the place and the rule, never the value. */
export interface InputFinding extends FoundKind {
  /** What the detector would do by itself. */
  readonly action: DetectorAction;
  /** RFC 6901 pointer into the job: below `/params` or `/labels`. */
  readonly pointer: string;
  /** Start in the value there, in UTF-16 units. */
  readonly offset: number;
  /** Length, in UTF-16 units. */
  readonly length: number;
}

/** What the detectors say of a job, declared to the engine: it scans nothing itself, so a decision can be made again. */
export interface ScannedInput {
  /** False: the detectors failed, or there was more than they may look at. */
  readonly complete: boolean;
  /** At least one finding of each kind that there is; of many, not all. */
  readonly findings: readonly InputFinding[];
  /** Whether everything that a detector takes out could be taken out, without changing a name. */
  readonly redactable: boolean;
  /** How many there are. */
  readonly found: number;
  /** The version of the detectors' rules. */
  readonly ruleSet: string;
}
