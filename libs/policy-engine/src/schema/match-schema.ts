import { Type } from '@sinclair/typebox';
import * as names from './names.js';

const { closed, optional } = names;

const tagCondition = Type.Unsafe<unknown>({
  description: 'A list means any of; [] means no tag at all.',
  anyOf: [
    names.anyTags,
    Type.Object(
      {
        any: optional(names.tags('One of these.')),
        all: optional(names.tags('Every one of these.')),
        none: optional(names.tags('None of these.')),
      },
      { ...closed, minProperties: 1 },
    ),
  ],
});

const labels = Type.Unsafe<Record<string, string>>({
  type: 'object',
  minProperties: 1,
  propertyNames: { pattern: '^[A-Za-z0-9._/-]{1,128}$' },
  additionalProperties: { type: 'string' },
  description: 'Every label must be there with this value.',
});

/** The `match` of a rule. */
export const matchSchema = Type.Object(
  {
    topics: optional(names.topics('What the job is about.')),
    tenants: optional(names.tenants('Whose job it is.')),
    agents: optional(names.agents('Verified agents.')),
    actions: optional(names.actions("The job's action, or the last token of its topic.")),
    resources: optional(names.resources('What the job works on, normalised.')),
    capabilities: optional(names.capabilities('The job has one of these.')),
    capabilities_outside: optional(names.capabilities('The job has a capability that is not among these.')),
    labels: optional(labels),
    risk_tags: optional(tagCondition),
    except: optional(
      Type.Object(
        {
          topics: optional(names.topics('Not these topics.')),
          tenants: optional(names.tenants('Not these tenants.')),
          agents: optional(names.agents('Not these agents.')),
          actions: optional(names.actions('Not these actions.')),
          resources: optional(names.resources('Not these resources.')),
        },
        { ...closed, minProperties: 1, description: 'The rule does not hold if one of these holds.' },
      ),
    ),
  },
  { ...closed, description: 'What the job must be. All that is given must hold.' },
);
