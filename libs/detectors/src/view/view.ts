import { findMarkers } from '../marker.js';
import type { KeyKind } from '../detect/key-name.js';
import type { WorkCounter } from '../work-counter.js';

/** An unquoted value that was read: where it lies and how often a part of it was judged. */
export interface ValueRun extends Run {
  readonly judgedLength: number;
  readonly judgedCount: number;
}

/** A run of characters that was read. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * One text under scan with the notes that keep the scan linear: each says up to where some kind of run was already
 * judged, so that a run is not read again from every place inside it.
 */
export interface View {
  readonly text: string;
  readonly work: WorkCounter;
  /** Redaction markers by start; what lies inside one is never a finding. */
  readonly markers: ReadonlyMap<number, number>;
  /** Digit clusters before this position are done. */
  digitsUntil: number;
  /** Names before this position are done. */
  namesUntil: number;
  /** The unquoted value read last, for values that run to a delimiter and for those that run to a blank. */
  readonly valueRuns: { toDelimiter: ValueRun; toBlank: ValueRun };
  /** Names that start before this position lie in a value that is a finding already. */
  valueTakenUntil: number;
  /** The run read last of each set of token characters, by its mask. */
  readonly tokenRuns: Map<number, Run>;
  /** Token prefixes before this position lie in a token that is a finding already. */
  tokensTakenUntil: number;
  /** What names were found to mean, since a text repeats few names often. */
  readonly keyKinds: Map<string, KeyKind | undefined>;
  /** Number of phone numbers that may still be put to the (slow) validator. */
  phoneBudget: number;
}

/**
 * Phone validations per text. One costs about 15 µs, so the limit holds their share below 30 ms; past it a candidate
 * of the right shape counts as a phone number unchecked.
 */
const maxPhoneValidations = 2000;

const noValue: ValueRun = { start: 0, end: 0, judgedLength: 0, judgedCount: 0 };

/** A fresh view of `text`. */
export function viewOf(text: string, work: WorkCounter): View {
  return {
    text,
    work,
    markers: findMarkers(text),
    digitsUntil: 0,
    namesUntil: 0,
    valueRuns: { toDelimiter: noValue, toBlank: noValue },
    valueTakenUntil: 0,
    tokenRuns: new Map(),
    tokensTakenUntil: 0,
    keyKinds: new Map(),
    phoneBudget: maxPhoneValidations,
  };
}
