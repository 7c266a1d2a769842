import { Type, type Static } from '@sinclair/typebox';
import { Digest, JobId, Token, closed } from './message-fields.js';
// Types alone: that file needs job-messages.ts, and verdict-messages.ts needs this one.
import type { FindingSeverity, OutputAction } from './output-policy.js';

const literals = <T extends Record<string, string>>(values: T) =>
  Type.Unsafe<T[keyof T]>({ type: 'string', enum: Object.values(values) });

/** Why a result is kept back. Each is a reason code as well. */
export const VerdictReason = {
  /** Something in it is of a kind that the detectors keep back, or stands where it cannot be redacted. */
  Findings: 'findings',
  /** A rule of the policy keeps back what was found, or the policy gave no answer about some of it. */
  Policy: 'policy',
  TooManyFindings: 'too_many_findings',
  /** The scan failed, or its thread ended. */
  ScannerError: 'scanner_error',
  /** The scan took more time than a text of this size may take. */
  ScannerTimeout: 'scanner_timeout',
  /** The pool does not take the topic of the result. */
  ForeignTopic: 'foreign_topic',
  /** What was done or returned goes beyond the constraints of the run. */
  ConstraintsExceeded: 'constraints_exceeded',
  /** No decision is known about such a job. */
  UnknownJob: 'unknown_job',
  /** A blob that is no text, is too long, hides something behind its escapes, or is not what its result says. */
  Unscannable: 'unscannable',
} as const;
export type VerdictReason = (typeof VerdictReason)[keyof typeof VerdictReason];
export const VerdictReasonSchema = literals(VerdictReason);

/** A constraint that a result goes beyond. It names the constraint, never what was done. */
export const ExceededConstraint = {
  OutputBytes: 'max_output_bytes',
  PathsRead: 'paths.read',
  PathsWrite: 'paths.write',
  Network: 'network.allow',
  /** An effect of a kind that none of the constraints speaks of, where there are some about paths or the network. */
  Effects: 'effects',
} as const;
export type ExceededConstraint = (typeof ExceededConstraint)[keyof typeof ExceededConstraint];
export const ExceededConstraintSchema = literals(ExceededConstraint);

const ACTIONS: readonly OutputAction[] = ['release', 'redact', 'quarantine'];
const SEVERITIES: readonly FindingSeverity[] = ['info', 'low', 'medium', 'high', 'critical'];
export const OutputActionSchema = Type.Unsafe<OutputAction>({ type: 'string', enum: [...ACTIONS] });

/** By which policy a verdict says what it says. */
export const VerdictPolicy = Type.Object(
  {
    snapshot: Digest,
    rule_ids: Type.Array(Type.String(), {
      maxItems: 64,
      description: 'Rules about outputs that decided about a finding.',
    }),
  },
  closed,
);
export type VerdictPolicy = Static<typeof VerdictPolicy>;

export const OutputChange = {
  /** The policy wants somebody to know what was found. */
  Alert: 'alert',
  /** Sealed bytes were opened, because reviewers released them. */
  Opened: 'opened',
} as const;
export type OutputChange = (typeof OutputChange)[keyof typeof OutputChange];

/** Something about an output that somebody has to know: rules and people, never a word of the output. */
export const OutputEvent = Type.Object(
  {
    change: literals(OutputChange),
    job_id: JobId,
    attempt: Type.Integer({ minimum: 1 }),
    tenant_id: Type.Union([Token, Type.Null()], { description: 'Null where no decision says whose it is.' }),
    trace_id: Type.Union([Type.String(), Type.Null()]),
    scanned: Digest,
    findings: Type.Array(
      Type.Object(
        {
          rule: Type.String({ maxLength: 128 }),
          severity: Type.Unsafe<FindingSeverity>({ type: 'string', enum: [...SEVERITIES] }),
        },
        closed,
      ),
      { description: 'What an alert is about.' },
    ),
    approval_id: Type.Union([Type.String({ maxLength: 128 }), Type.Null()], {
      description: 'The review that opened the bytes.',
    }),
    by: Type.Array(Type.String({ maxLength: 256 }), { description: 'Who approved in that review.' }),
    end: Type.Union(
      [
        Type.Null(),
        Type.Unsafe<'released' | 'unsealable' | 'digest_mismatch' | 'output_too_large'>({
          type: 'string',
          enum: ['released', 'unsealable', 'digest_mismatch', 'output_too_large'],
        }),
      ],
      { description: 'What came of the opening.' },
    ),
  },
  { ...closed, $id: 'OutputEvent' },
);
export type OutputEvent = Static<typeof OutputEvent>;
