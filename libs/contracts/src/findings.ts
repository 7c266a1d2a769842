import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { Count, closed, oneOf } from './message-fields.js';

/** How much harm a found value can do, from least to most. */
export const FINDING_SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

/** What a detector does about a finding where no policy says otherwise, from mildest to strictest. */
export const DETECTOR_ACTIONS = ['alert', 'redact', 'quarantine'] as const;
export type DetectorAction = (typeof DETECTOR_ACTIONS)[number];

/** Most findings of one job that a decision keeps. */
export const MAX_INPUT_FINDINGS = 256;

/** Another job that a decision is linked to. */
const LinkedJob = Type.Object(
  {
    job_id: Type.String({ pattern: ULID_PATTERN }),
    job_hash: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }),
  },
  closed,
);

/**
 * What the detectors said of what a job was given before it was decided. It names places and rules, never a value;
 * with it the decision can be made again.
 */
export const DecisionInput = Type.Object(
  {
    rule_set: Type.String({ maxLength: 64, description: "Version of the detectors' rules." }),
    complete: Type.Boolean({ description: 'False: not everything could be looked at.' }),
    redactable: Type.Boolean({ description: 'Whether what was found could be taken out.' }),
    found: Count,
    findings: Type.Array(
      Type.Object(
        {
          rule: Type.String({ maxLength: 128 }),
          kind: Type.String({ maxLength: 32 }),
          severity: oneOf(FINDING_SEVERITIES),
          action: oneOf(DETECTOR_ACTIONS),
          pointer: Type.String({ maxLength: 2048, description: 'RFC 6901, into the job.' }),
          offset: Count,
          length: Count,
        },
        closed,
      ),
      { maxItems: MAX_INPUT_FINDINGS, description: 'One of each kind at least; of many, not all.' },
    ),
    replaced_by: Type.Optional(LinkedJob),
    replaces: Type.Optional(LinkedJob),
  },
  { ...closed, description: 'Absent where no rule asked for it.' },
);
export type DecisionInput = Static<typeof DecisionInput>;
