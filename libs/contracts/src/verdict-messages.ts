import { Type, type Static } from '@sinclair/typebox';
import { BlobRef } from './blobs.js';
import { JobState } from './job-states.js';
import { Count, Digest, JobId, LeaseId, Ordinal, RunId, closed, literals } from './message-fields.js';
import {
  ExceededConstraintSchema,
  OutputActionSchema,
  VerdictPolicy,
  VerdictReasonSchema,
} from './output-messages.js';
import { ResultStatus } from './run-messages.js';

export const VerdictKind = {
  Clean: 'clean',
  Redacted: 'redacted',
  Quarantined: 'quarantined',
  Released: 'released',
  Withheld: 'withheld',
} as const;
export type VerdictKind = (typeof VerdictKind)[keyof typeof VerdictKind];

/** One thing found in an output. It names the place and the rule, never the value. */
export const FindingRecord = Type.Object(
  {
    rule: Type.String(),
    severity: Type.String(),
    pointer: Type.String(),
    offset: Count,
    length: Count,
    fingerprint: Type.String(),
    action: Type.Optional(OutputActionSchema),
  },
  closed,
);
export type FindingRecord = Static<typeof FindingRecord>;

/** The scanner's answer about one result. */
export const Verdict = Type.Object(
  {
    job_id: JobId,
    attempt: Ordinal,
    pool: Type.String({
      description: "The pool of the result's subject, which the worker's account stamped.",
    }),
    run_id: RunId,
    lease_id: LeaseId,
    epoch: Ordinal,
    status: literals(ResultStatus),
    constraints_digest: Digest,
    kind: literals(VerdictKind),
    scanned: Digest,
    released: Type.Union([Digest, Type.Null()]),
    output: Type.Union([Type.String(), Type.Null()], {
      description: 'The JSON text that may be released. Null when quarantined, withheld or a blob.',
    }),
    output_blob: Type.Optional(BlobRef),
    error: Type.Union([Type.Null(), Type.Object({ code: Type.String(), message: Type.String() }, closed)]),
    findings: Type.Array(FindingRecord),
    effects: Type.Boolean({ description: 'Whether the worker reported any effect.' }),
    reason_code: Type.Optional(
      Type.Union([VerdictReasonSchema, Type.Null()], { description: 'Why the result is kept back.' }),
    ),
    exceeded: Type.Optional(
      Type.Array(ExceededConstraintSchema, { description: 'Constraints that the result goes beyond.' }),
    ),
    policy: Type.Optional(VerdictPolicy),
  },
  { ...closed, $id: 'Verdict' },
);
export type Verdict = Static<typeof Verdict>;

/** Released output, to the producer that asked. */
export const Output = Type.Object(
  {
    job_id: JobId,
    state: literals(JobState),
    kind: literals(VerdictKind),
    released: Digest,
    output: Type.Union([Type.String(), Type.Null()], {
      description: 'The JSON text. Null where the output is a blob.',
    }),
    output_blob: Type.Optional(BlobRef),
  },
  { ...closed, $id: 'Output' },
);
export type Output = Static<typeof Output>;
