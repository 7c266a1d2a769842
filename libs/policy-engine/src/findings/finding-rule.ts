import type { FindingSeverity, OutputAction } from '@countersign/contracts';
import type { ApprovalTerms } from '../policy-rule.js';

/** What a rule asks of a finding and of the job that it is in. All that is given must hold; a list asks for one. */
export interface FindingMatch {
  readonly topics?: readonly string[];
  readonly tenants?: readonly string[];
  readonly agents?: readonly string[];
  /** Producers that the output goes to. Of rules about outputs only. */
  readonly destinations?: readonly string[];
  /** Kinds of findings, or ids of detector rules, with `*` for any part of an id. */
  readonly kinds?: readonly string[];
  readonly severities?: readonly FindingSeverity[];
}

/** What becomes of a finding in an output. */
export interface OutputRule {
  readonly id: string;
  readonly match: FindingMatch;
  readonly action: OutputAction;
  /** Somebody is told. */
  readonly alert?: true;
  readonly reason?: string;
  /** The scope of the rule's file, if it has one: such a rule only tightens. */
  readonly scope?: string;
}

/**
 * What becomes of a job because of a finding in what it was given, from mildest to strictest. Of a job that is held a person
 * may let the very bytes run; of one that is redacted they never do.
 */
export const InputAction = { Hold: 'hold', Redact: 'redact', Deny: 'deny' } as const;
export type InputAction = (typeof InputAction)[keyof typeof InputAction];
export const INPUT_ACTIONS: readonly InputAction[] = Object.values(InputAction);

/** What becomes of a job that was given something. It only ever tightens. */
export interface InputRule {
  readonly id: string;
  readonly match: FindingMatch;
  readonly action: InputAction;
  readonly reason?: string;
  /** Of `hold`: who must approve. */
  readonly approval?: ApprovalTerms;
  /** The scope of the rule's file, if it has one. */
  readonly scope?: string;
}

/** What a policy says of outputs. */
export interface OutputPolicy {
  /** Regions whose national ids are looked for; empty is all of them. Two capital letters, sorted. */
  readonly regions: readonly string[];
  readonly rules: readonly OutputRule[];
}

/** A finding as far as rules ask. */
export interface FoundKind {
  /** Id of the detectors' rule. */
  readonly rule: string;
  readonly kind: string;
  readonly severity: FindingSeverity;
}
