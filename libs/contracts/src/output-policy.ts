import { Type, type Static } from '@sinclair/typebox';
import { Digest, JobId, Token, Topic, closed, oneOf } from './message-fields.js';
import { DETECTOR_ACTIONS, FINDING_SEVERITIES } from './findings.js';
import { Constraints } from './job-messages.js';

export type { FindingSeverity } from './findings.js';

/** Most jobs of one question. */
export const MAX_OUTPUT_QUESTIONS = 256;
/** Most different findings of one job in a question; of an output with more, nothing is let out anyway. */
export const MAX_OUTPUT_FINDINGS = 1_000;
/** Most rules that are named for one finding in an answer: the strictest of them. */
export const MAX_OUTPUT_RULE_IDS = 8;

/** What becomes of a finding in an output, from mildest to strictest. */
export const OutputAction = {
  /** It stays in the text. */
  Release: 'release',
  /** A marker takes its place. */
  Redact: 'redact',
  /** The output is kept back until a person has looked. */
  Quarantine: 'quarantine',
} as const;
export type OutputAction = (typeof OutputAction)[keyof typeof OutputAction];
export const OUTPUT_ACTIONS: readonly OutputAction[] = Object.values(OutputAction);

/** What the policy is asked about: a kind of finding, never its place and never its value. */
export const OutputFinding = Type.Object(
  {
    rule: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      maxLength: 128,
      description: 'Id of the rule of the detectors: its kind, a dot and a name.',
    }),
    kind: Type.String({ pattern: '^[a-z]{1,32}$', description: 'secret, pii, unsafe or tenant.' }),
    severity: oneOf(FINDING_SEVERITIES),
    action: oneOf(DETECTOR_ACTIONS, "The detector's own; it stands where no rule says anything."),
  },
  closed,
);
export type OutputFinding = Static<typeof OutputFinding>;

/**
 * What is to happen with the findings in the outputs of jobs. Each finding is asked about once for each job, however
 * often it occurs. A job without findings may be asked about too, for its regions and constraints.
 */
export const OutputQuestion = Type.Object(
  {
    questions: Type.Array(
      Type.Object(
        {
          job_id: JobId,
          topic: Topic,
          findings: Type.Array(OutputFinding, { maxItems: MAX_OUTPUT_FINDINGS }),
        },
        closed,
      ),
      { minItems: 1, maxItems: MAX_OUTPUT_QUESTIONS },
    ),
  },
  { ...closed, $id: 'OutputQuestion' },
);
export type OutputQuestion = Static<typeof OutputQuestion>;

/** What the policy says of one kind of finding. */
export const OutputRuling = Type.Object(
  {
    rule: Type.String(),
    kind: Type.String(),
    severity: oneOf(FINDING_SEVERITIES),
    action: oneOf(OUTPUT_ACTIONS),
    alert: Type.Boolean({ description: 'Somebody is told.' }),
    rule_ids: Type.Array(Type.String(), {
      maxItems: MAX_OUTPUT_RULE_IDS,
      description: "Rules of the policy, the strictest first. Empty: the action is the detector's own.",
    }),
  },
  closed,
);
export type OutputRuling = Static<typeof OutputRuling>;

/**
 * What the policy says of one job's output. Tenant, topic, destination and constraints are those of the decision that
 * the evaluator has committed, whatever the worker says.
 */
export const OutputJobAnswer = Type.Object(
  {
    job_id: JobId,
    known: Type.Boolean({
      description:
        'False: the evaluator has decided nothing about such a job, or about one of another topic. Nothing else in the answer counts then, and nothing may leave.',
    }),
    tenant_id: Type.Union([Token, Type.Null()]),
    policy_snapshot: Digest,
    regions: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
      description: 'Regions whose national ids are looked for; empty is all of them.',
    }),
    actions: Type.Array(OutputRuling, { description: 'One for each finding of the question, in its order.' }),
    constraints: Constraints,
    publish: Type.Boolean({ description: 'The job publishes what it was given.' }),
  },
  closed,
);
export type OutputJobAnswer = Static<typeof OutputJobAnswer>;

/** The answers to a question, in its order. Whatever else comes back is no answer, and nothing may leave. */
export const OutputAnswer = Type.Object(
  { ok: Type.Literal(true), answers: Type.Array(OutputJobAnswer, { maxItems: MAX_OUTPUT_QUESTIONS }) },
  { ...closed, $id: 'OutputAnswer' },
);
export type OutputAnswer = Static<typeof OutputAnswer>;
