import { Type } from '@sinclair/typebox';
import { CONFIDENCE_THRESHOLD, HIGH_RISK_TAGS } from '../load/sections/read-matrix.js';
import * as names from './names.js';
import { approvalSchema } from './rule-schema.js';

const { closed, optional } = names;
const id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$',
  description: 'Unique in its form; a part of the ids of its rules.',
});
const oneOfThese = (...keys: string[]) => ({ anyOf: keys.map((key) => ({ required: [key] })) });

const tier = Type.Object(
  {
    id,
    topics: names.topics('Where the tiers hold.'),
    actions: Type.Unsafe<Record<string, number>>({
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: names.ACTION_KEY },
      additionalProperties: { type: 'integer', minimum: 0, maximum: 4 },
      description:
        'The tier of each action: 0 allow, 1 allow and audit, 2 allow with a compensation, 3 approval, 4 approval with a typed confirmation. Others are tier 4.',
    }),
    approval: optional(approvalSchema),
  },
  { ...closed, description: 'What each action in some topics needs.' },
);

const matrix = Type.Object(
  {
    id,
    topics: optional(names.topics('Where the matrix holds; everywhere unless said.')),
    high_risk: optional(names.tags(`Tags of high risk; ${HIGH_RISK_TAGS.join(', ')} unless said otherwise.`)),
    threshold: optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: `Confidence strictly above it is high; ${CONFIDENCE_THRESHOLD} unless said otherwise.`,
      }),
    ),
  },
  { ...closed, description: "The agent's confidence against the risk of the job. Grants nothing." },
);

const hours = Type.Object(
  {
    id,
    topics: optional(names.topics('Where the hours hold; everywhere unless said.')),
    within: Type.String({
      pattern: '\\d{2}:\\d{2}-\\d{2}:\\d{2}$',
      description: '"09:00-17:00" or "mon-fri 09:00-17:00"; may span midnight; the end is exclusive.',
    }),
    timezone: names.text('An IANA zone: Europe/Berlin.'),
    outside: names.oneOf(['deny', 'require_approval'], 'What becomes of a job at any other time.'),
    approval: optional(approvalSchema),
  },
  {
    ...closed,
    description: 'Operating hours.',
    if: { required: ['approval'] },
    then: { properties: { outside: { const: 'require_approval' } } },
  },
);

const blacklist = Type.Object(
  {
    id,
    topics: optional(names.topics('Where the list holds; everywhere unless said.')),
    agents: optional(names.agents('For whom the list holds; everybody unless said.')),
    resources: optional(names.resources('Denied resources.')),
    actions: optional(names.actions('Denied actions.')),
  },
  { ...closed, ...oneOfThese('resources', 'actions'), description: 'Resources and actions that are denied.' },
);

const allowlist = Type.Object(
  {
    id: optional(id),
    agent: names.agentName('The verified agent that the list is for.'),
    topics: optional(names.topics('All topics that it may use.')),
    actions: optional(names.actions('All actions that it may use.')),
    resources: optional(names.resources('All resources that it may work on.')),
    capabilities: optional(names.capabilities('All capabilities that its jobs may have.')),
  },
  {
    ...closed,
    ...oneOfThese('topics', 'actions', 'resources', 'capabilities'),
    description: 'What an agent is denied everything outside of. Grants nothing.',
  },
);

const neverAutoApprove = Type.Object(
  {
    id,
    topics: optional(names.topics('Topics.')),
    actions: optional(names.actions('Actions.')),
    approval: optional(approvalSchema),
  },
  {
    ...closed,
    ...oneOfThese('topics', 'actions'),
    description:
      'What needs a person whatever else matches. Topics and actions must both hold if both are given.',
  },
);

/** The short forms of a file, by key. */
export const sectionSchemas = {
  tiers: optional(names.listOf(tier, 'Tiers 0 to 4 by action.')),
  matrix: optional(names.listOf(matrix, 'Confidence against risk.')),
  hours: optional(names.listOf(hours, 'Operating hours.')),
  blacklist: optional(names.listOf(blacklist, 'Denied resources and actions.')),
  allowlists: optional(names.listOf(allowlist, 'What each agent is held to.')),
  unlisted_agents: optional(
    names.oneOf(['deny', 'pass'], 'An agent without an allowlist is denied, or passes (pass, the default).'),
  ),
  never_auto_approve: optional(names.listOf(neverAutoApprove, 'What always needs a person.')),
};
