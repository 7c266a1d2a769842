import type { FindingRecord, OutputFinding, Result, Verdict } from '@countersign/contracts';
import { scanValue, type RuledAction, type WorkCounter } from '@countersign/detectors';
import type { JsonValue } from '@countersign/kernel';
import { kindsOf } from './kinds-of.js';
import { listable } from './listable.js';

/** What of a result a worker writes as it likes. Ids, digests, numbers and times have forms that hold nothing else. */
export type Returned = Pick<Result, 'output' | 'error' | 'effects'>;

/** What an examination goes by. */
export interface ExamineOptions {
  /** Key of the fingerprints, one per tenant. */
  readonly fingerprintKey: Uint8Array;
  /** Regions whose national ids are looked for; empty is all of them. */
  readonly regions: readonly string[];
  /** What the policy says is done about findings. */
  readonly actions: readonly RuledAction[];
}

/** What a result holds, and what may be left of it. */
export interface Examined {
  /** As many of the findings as a verdict may list. */
  readonly findings: readonly FindingRecord[];
  /** All of them. */
  readonly count: number;
  /** Each kind of finding once, with the action of its rule or of the policy. */
  readonly kinds: readonly OutputFinding[];
  /** Something was taken out of a member's name: a reader that looks the member up would silently miss it. */
  readonly inNames: boolean;
  /** JSON text of the output without what is taken out of it; null when there is more than a verdict may list. */
  readonly output: string | null;
  /** Bytes of the output as it was returned, as JSON text. */
  readonly outputBytes: number;
  readonly error: Verdict['error'];
}

/**
 * Looks through everything that a worker wrote: the output, the error, and what it says of its effects. What is let out
 * later is written anew from the value that was scanned, so no spelling of the original text comes through unseen.
 */
export function examineResult(
  returned: Returned,
  options: ExamineOptions,
  work: WorkCounter = { steps: 0 },
): Examined {
  const { fingerprintKey, regions, actions } = options;
  const settings = { fingerprintKey, work, ...(regions.length > 0 && { regions }), actions };
  const output = scanValue(returned.output as JsonValue, settings, '/output');
  const error = scanValue(returned.error, settings, '/error');
  const effects = scanValue(returned.effects, settings, '/effects');
  const found =
    output.findings.length + error.findings.length + effects.findings.length === 0
      ? []
      : [...output.findings, ...error.findings, ...effects.findings];
  const findings = listable(found);
  const text = JSON.stringify(returned.output);
  return {
    findings,
    count: found.length,
    kinds: kindsOf(found),
    inNames: output.quarantine || error.quarantine || effects.quarantine,
    output:
      findings.length < found.length
        ? null
        : output.redacted === returned.output
          ? text
          : JSON.stringify(output.redacted),
    outputBytes: Buffer.byteLength(text),
    error: error.redacted as Verdict['error'],
  };
}

/** Whether nothing was taken out: what was found stays in the text. */
export function isUntouched({ findings, count }: Examined): boolean {
  return count === findings.length && findings.every(({ action }) => action === 'release');
}
