import { redactText } from '../scan/redact-text.js';
import { scanText } from '../scan/scan-text.js';
import type { LabelledText } from './corpus.js';

/** Counts of one group of labelled texts. */
export interface Tally {
  texts: number;
  /** Texts in which something was found: where it lies, or, in a clean text, anything at all. */
  detected: number;
  /** Texts from which the labelled part is gone as a whole. */
  redacted: number;
}

const options = { fingerprintKey: Buffer.from('key of a test') };

/** Scans one text and counts what came of it. Returns whether it went as labelled. */
export function count(tally: Tally, { text, secret, isClean }: LabelledText): boolean {
  tally.texts++;
  const findings = scanText(text);
  if (isClean) {
    if (findings.length > 0) tally.detected++;
    return findings.length === 0;
  }
  const at = text.indexOf(secret);
  const end = at + secret.length;
  if (findings.some((f) => f.offset < end && f.offset + f.length > at)) tally.detected++;
  const isCovered = findings.some((f) => f.offset <= at && f.offset + f.length >= end);
  const isGone = isCovered && !redactText(text, options).text.includes(secret);
  if (isGone) tally.redacted++;
  return isGone;
}

/** Tallies by name, made when first asked for. */
export class Tallies {
  readonly byName = new Map<string, Tally>();

  of(name: string): Tally {
    const known = this.byName.get(name) ?? { texts: 0, detected: 0, redacted: 0 };
    this.byName.set(name, known);
    return known;
  }

  /** All tallies whose name is accepted, added up. */
  sum(accept: (name: string) => boolean): Tally {
    const total: Tally = { texts: 0, detected: 0, redacted: 0 };
    for (const [name, tally] of this.byName) {
      if (!accept(name)) continue;
      total.texts += tally.texts;
      total.detected += tally.detected;
      total.redacted += tally.redacted;
    }
    return total;
  }
}

/** Part of a whole in percent, to a tenth. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}
