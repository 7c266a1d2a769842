import { Type } from '@sinclair/typebox';
import { FINDING_SEVERITIES, OUTPUT_ACTIONS } from '@countersign/contracts';
import { InputAction, INPUT_ACTIONS } from '../findings/finding-rule.js';
import * as names from './names.js';
import { approvalSchema } from './rule-schema.js';

const { closed, optional, listOf, oneOf, text } = names;

const finding = {
  topics: optional(names.topics('What the job is about.')),
  tenants: optional(names.tenants('Whose job it is.')),
  agents: optional(names.agents('Verified agents.')),
  kinds: optional(
    listOf(
      Type.String({ pattern: '^(?:\\$[a-z][a-z0-9_]{0,63}|[A-Za-z0-9*][A-Za-z0-9._*-]{0,127})$' }),
      'Kinds (secret, pii, unsafe, tenant) or ids of findings; `*` stands for any part of an id.',
    ),
  ),
  severities: optional(listOf(oneOf(FINDING_SEVERITIES, 'A severity.'), 'One of these severities.')),
  min_severity: optional(oneOf(FINDING_SEVERITIES, 'This severity or a higher one. Not beside severities.')),
};
const matchOptions = {
  ...closed,
  minProperties: 1,
  not: { required: ['severities', 'min_severity'] },
  description: 'What the finding and its job must be. All that is given must hold.',
};

const inputRule = Type.Object(
  {
    id: names.id('Unique among the rules of the bundle; told with each decision.'),
    match: optional(Type.Object(finding, matchOptions)),
    action: oneOf(INPUT_ACTIONS, 'The strictest wins: deny, then redact, then hold.'),
    reason: optional(text('A sentence for people.')),
    approval: optional(approvalSchema),
  },
  {
    ...closed,
    description: 'What becomes of a job because of a finding in what it was given. Only tightens.',
    if: { required: ['approval'] },
    then: { properties: { action: { const: InputAction.Hold } } },
  },
);

const outputRule = Type.Object(
  {
    id: names.id('Unique among the rules of the bundle; told with each verdict.'),
    match: optional(
      Type.Object(
        {
          ...finding,
          destinations: optional(
            listOf(
              Type.String({ pattern: '^(?:\\$[a-z][a-z0-9_]{0,63}|[a-z0-9_-]{1,64})$' }),
              'Producers that the output goes to.',
            ),
          ),
        },
        matchOptions,
      ),
    ),
    action: oneOf(OUTPUT_ACTIONS, 'The strictest wins: quarantine, then redact, then release.'),
    alert: optional(Type.Boolean({ description: 'Somebody is told.' })),
    reason: optional(text('A sentence for people.')),
  },
  { ...closed, description: 'What becomes of a finding in an output.' },
);

/** The `input` of a file. */
export const inputSchema = Type.Object(
  { rules: listOf(inputRule, 'The rules; order plays no part.') },
  {
    ...closed,
    description:
      'What jobs must not be given: params, labels, rationale, compensation, action and resource are scanned before the decision.',
  },
);

/** The `output` of a file. */
export const outputSchema = Type.Object(
  {
    regions: optional(
      listOf(
        Type.String({ pattern: '^(?:\\$[a-z][a-z0-9_]{0,63}|[A-Za-z]{2})$' }),
        'Regions whose national ids are looked for; all of them unless said. Of the whole bundle.',
      ),
    ),
    rules: optional(listOf(outputRule, 'The rules; order plays no part.')),
  },
  { ...closed, minProperties: 1, description: 'What becomes of findings in outputs.' },
);
