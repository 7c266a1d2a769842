import { Type } from '@sinclair/typebox';
import { RULE_CODES } from '../load/read-rule.js';
import { CommandShape, Decision, ObligationFlag, OnExcess, ThrottleKey } from '../vocabulary.js';
import { matchSchema } from './match-schema.js';
import * as names from './names.js';

const { closed, optional, duration, oneOf, text, whole } = names;

/** Who must approve, and until when the question stands. */
export const approvalSchema = Type.Object(
  {
    quorum: optional(whole(1, 'Different people who must approve; 1 unless said otherwise.')),
    groups: optional(names.groups('An approver is a member of one of these; any reviewer unless said.')),
    ttl: optional(duration('How long the question stands; 5m unless said otherwise.')),
    ttl_sec: optional(whole(1, 'The same as ttl, in seconds. Only one of the two.')),
    confirm: optional(Type.Boolean({ description: "The reviewer types the action's name." })),
    escalate_after: optional(duration('Unanswered for this long, the question also goes to escalate_to.')),
    escalate_to: optional(names.groups('Groups that may answer once escalated.')),
  },
  {
    ...closed,
    not: { required: ['ttl', 'ttl_sec'] },
    dependentRequired: { escalate_after: ['escalate_to'], escalate_to: ['escalate_after'] },
    description: 'Who must approve, and until when the question stands.',
  },
);

const throttleSchema = Type.Object(
  {
    rate: Type.String({
      pattern: '^[1-9][0-9]{0,9}/(second|minute|hour|day)$',
      description: 'How many jobs in how long: "10/day".',
    }),
    key: optional(oneOf(Object.values(ThrottleKey), 'Whose jobs share the rate; agent unless said.')),
    burst: optional(whole(1, 'Most jobs at once; the whole rate unless said otherwise.')),
    on_excess: optional(oneOf(Object.values(OnExcess), 'A job over the rate waits (hold) or is denied.')),
  },
  { ...closed, description: 'A rate, kept by the scheduler.' },
);

const paths = (description: string) => Type.Array(Type.String({ minLength: 1 }), { description });

const constraintsSchema = Type.Object(
  {
    max_runtime_sec: optional(whole(1, 'Longest run, in seconds.')),
    max_retries: optional(whole(0, 'Attempts after the first.')),
    max_output_bytes: optional(whole(1, 'Largest output, in bytes.')),
    memory_mb: optional(whole(1, 'Memory, in MiB.')),
    cpus: optional(Type.Number({ exclusiveMinimum: 0, maximum: 4096, description: 'CPUs, also parts.' })),
    backoff_sec: optional(
      Type.Object(
        { min: whole(0, 'Least wait, in seconds.'), max: whole(0, 'Longest wait, in seconds.') },
        { ...closed, description: 'Wait between attempts.' },
      ),
    ),
    paths: optional(
      Type.Object(
        {
          read: optional(paths('Paths that may be read, with everything beneath.')),
          write: optional(paths('Paths that may be written, with everything beneath.')),
        },
        { ...closed, minProperties: 1, description: 'Files that may be touched. No wildcards.' },
      ),
    ),
    network: optional(
      Type.Object(
        { allow: Type.Array(Type.String(), { description: 'host, *.domain, each with or without :port.' }) },
        { ...closed, description: 'Hosts that may be reached; [] is none.' },
      ),
    ),
    env: optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        minProperties: 1,
        propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' },
        additionalProperties: { type: 'string' },
        description: 'Environment variables that the run is given.',
      }),
    ),
  },
  {
    ...closed,
    minProperties: 1,
    description: 'Limits on how a job may run. The tightest of all rules hold.',
  },
);

const onlyUnder = (block: string, decisions: readonly string[]) => ({
  if: { required: [block] },
  then: { properties: { decision: { enum: [...decisions] } } },
});
const needs = (decision: string, blocks: readonly string[]) => ({
  if: { properties: { decision: { const: decision } }, required: ['decision'] },
  then: { required: [...blocks] },
});

/** One rule. */
export const ruleSchema = Type.Object(
  {
    id: names.id('Unique in the bundle; told with each decision.'),
    match: optional(matchSchema),
    when: optional(names.condition('CEL over job, agent, now and sets; of a list, all must hold.')),
    decision: oneOf(Object.values(Decision), 'The strictest of all matching rules wins.'),
    reason: optional(text('A sentence for people.')),
    reason_code: optional(oneOf(RULE_CODES, 'Told instead of `rule` when this rule decides.')),
    grants: optional(
      Type.Unsafe<false>({
        const: false,
        description: 'The rule tightens and adds, and is no match by itself.',
      }),
    ),
    constraints: optional(constraintsSchema),
    approval: optional(approvalSchema),
    throttle: optional(throttleSchema),
    obligations: optional(
      names.listOf(
        oneOf(Object.values(ObligationFlag), 'What else has to happen.'),
        'What else has to happen.',
      ),
    ),
    allow_publish: optional(
      Type.Boolean({ description: 'A job that this rule grants may publish without a person asked.' }),
    ),
  },
  {
    ...closed,
    description: 'A rule. Order plays no part.',
    allOf: [
      onlyUnder('approval', [Decision.RequireApproval]),
      onlyUnder('throttle', [Decision.Throttle]),
      onlyUnder('allow_publish', [Decision.Allow, Decision.AllowWithConstraints, Decision.Throttle]),
      onlyUnder('constraints', [Decision.AllowWithConstraints, Decision.Throttle, Decision.RequireApproval]),
      needs(Decision.AllowWithConstraints, ['constraints']),
      needs(Decision.Throttle, ['throttle']),
      needs(Decision.Allow, ['match']),
      {
        if: { properties: { decision: { const: Decision.Deny } }, required: ['decision'] },
        then: { properties: { obligations: { items: { const: ObligationFlag.Notify } } } },
      },
    ],
  },
);

/** One entry of `classify`. */
export const classifySchema = Type.Object(
  {
    id: names.id('Unique in the bundle.'),
    match: Type.Object(
      {
        topics: optional(names.topics('Topics.')),
        topic_tokens: optional(
          names.listOf(
            Type.String({ pattern: '^\\*?[a-z0-9_-]+\\*?$' }),
            'Globs for one token of the topic.',
          ),
        ),
        params_contain: optional(
          names.listOf(oneOf(Object.values(CommandShape), 'A shape.'), 'Shapes of commands in the params.'),
        ),
      },
      { ...closed, minProperties: 1, description: 'What the job must be. All that is given must hold.' },
    ),
    when: optional(names.condition('CEL that sees the job without derived tags.')),
    add_tags: names.tags('Tags that the job gets; none is ever taken away.'),
  },
  { ...closed, description: 'Tags that follow from what a job is, whatever its client claims.' },
);
