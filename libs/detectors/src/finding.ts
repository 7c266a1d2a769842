import type { Encoding } from './engine/span.js';
import type { Action, Confidence, Kind, RuleId, Severity } from './rule/scale.js';

/** A place in a text that holds something sensitive or unsafe. It never carries the text itself. */
export interface Finding {
  readonly rule: RuleId;
  readonly kind: Kind;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What is done about it when no policy says otherwise. */
  readonly action: Action;
  /** Start in UTF-16 units. */
  readonly offset: number;
  /** Length in UTF-16 units. */
  readonly length: number;
  /** Other rules that found it as well, or found something in it. */
  readonly also?: readonly RuleId[];
  /** How the value was hidden, outermost first; absent when it was readable as written. */
  readonly decodedFrom?: readonly Encoding[];
}

/** A finding with the keyed fingerprint of what was found. */
export interface FingerprintedFinding extends Finding {
  /**
   * `hmac-sha256:` and 32 hexadecimal digits. Equal secrets give equal fingerprints under one key, so copies can be
   * counted; without the key a short secret cannot be guessed from it.
   */
  readonly fingerprint: string;
}

/** A finding placed inside a JSON value. */
export interface LocatedFinding extends FingerprintedFinding {
  /**
   * RFC 6901 pointer of the string or number that holds the finding; for a finding in an object key, of that object.
   * Names that held a finding appear redacted. A pointer longer than {@link maxPointerLength} names the nearest
   * ancestor that fits.
   */
  readonly pointer: string;
}

/** Longest pointer reported, in UTF-16 units: deep nesting must not make the report larger than the value. */
export const maxPointerLength = 1024;
