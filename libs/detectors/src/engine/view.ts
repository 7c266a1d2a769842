import type { KeyKind } from '../detect/key-name.js';
import type { WorkCounter } from '../work-counter.js';
import type { Settings } from './settings.js';

/** A run of characters that was read. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** An unquoted value that was read: where it lies and how often a part of it was judged. */
export interface ValueRun extends Run {
  readonly judgedLength: number;
  readonly judgedCount: number;
}

/**
 * One text under scan with the notes that keep the scan linear: each says up to where some kind of run was already
 * judged, so that a run is not read again from every place inside it.
 */
export interface View {
  readonly text: string;
  readonly work: WorkCounter;
  readonly settings: Settings;
  /** Redaction markers by start; what lies inside one is never a finding. */
  readonly markers: ReadonlyMap<number, number>;
  /** Disguises that were noted, see `Disguise`. */
  disguises: number;
  /** Digits before this position are judged. */
  digitsUntil: number;
  /** Key files are searched up to here. */
  blocksUntil: number;
  /** Addresses of links were read up to here. */
  linksUntil: number;
  /** Groups of hexadecimal digits joined by colons are judged up to here. */
  colonsUntil: number;
  /** Names before this position are done. */
  namesUntil: number;
  /** Names that start before this position lie in a value that is a finding already. */
  valueTakenUntil: number;
  /** Token prefixes before this position lie in a token that is a finding already. */
  tokensTakenUntil: number;
  /** Where the prefix of that token began; longer prefixes that begin there are judged as well. */
  tokenTakenFrom: number;
  /** The unquoted value read last, for values that run to a delimiter and for those that run to a blank. */
  readonly valueRuns: { toDelimiter: ValueRun; toBlank: ValueRun };
  /** The row of segments of a compact token that was read last. */
  tokenRun: Run;
  /** What names were found to mean, since a text repeats few names often. */
  keyKinds: Map<string, KeyKind | undefined> | undefined;
  /** Up to where each context rule has looked. */
  contextUntil: Map<object, number> | undefined;
  /** Where the last word ended that may announce a telephone number. */
  phoneWordAt: number;
  /** Number of phone numbers that may still be put to the (slow) validator. */
  phoneBudget: number;
}

/**
 * Phone validations per text. One costs about 15 µs, so the limit holds their share below 30 ms; past it a candidate
 * of the right shape counts as a phone number unchecked.
 */
const maxPhoneValidations = 2000;

const noRun: Run = { start: 0, end: 0 };
const noValue: ValueRun = { start: 0, end: 0, judgedLength: 0, judgedCount: 0 };

/** A fresh view of `text`. */
export function viewOf(text: string, work: WorkCounter, settings: Settings): View {
  return {
    text,
    work,
    settings,
    markers: settings.markers.find(text),
    disguises: 0,
    digitsUntil: 0,
    blocksUntil: 0,
    linksUntil: 0,
    colonsUntil: 0,
    namesUntil: 0,
    valueTakenUntil: 0,
    tokensTakenUntil: 0,
    tokenTakenFrom: -1,
    valueRuns: { toDelimiter: noValue, toBlank: noValue },
    tokenRun: noRun,
    keyKinds: undefined,
    contextUntil: undefined,
    phoneWordAt: Number.NEGATIVE_INFINITY,
    phoneBudget: maxPhoneValidations,
  };
}
