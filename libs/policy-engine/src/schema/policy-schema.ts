import { Type } from '@sinclair/typebox';
import * as names from './names.js';
import { inputSchema, outputSchema } from './finding-schemas.js';
import { classifySchema, ruleSchema } from './rule-schema.js';
import { sectionSchemas } from './section-schemas.js';
import { testSchema } from './test-schema.js';

const { closed, optional, listOf, text } = names;

const policy = Type.Object(
  {
    version: Type.Unsafe<'v1'>({ const: 'v1', description: 'The version of the language.' }),
    policy_id: optional(names.id('The name of the bundle; once in it.')),
    policy_version: optional(text('The version of the bundle; once in it.')),
    include: optional(
      listOf(Type.String({ minLength: 1 }), 'More files of the bundle, relative to this one.'),
    ),
    sets: optional(
      Type.Unsafe<Record<string, string[]>>({
        type: 'object',
        propertyNames: { pattern: names.SET_NAME },
        additionalProperties: { type: 'array', items: { type: 'string' }, minItems: 1 },
        description: 'Named lists for all files of the bundle: `$name` in lists, sets.name in conditions.',
      }),
    ),
    scope: optional(
      Type.Object(
        {
          tenants: optional(names.tenants('Tenants.')),
          agents: optional(names.agents('Verified agents.')),
        },
        {
          ...closed,
          minProperties: 1,
          description: 'Everything in this file concerns these only, and only tightens.',
        },
      ),
    ),
    default: optional(
      names.oneOf(['inherit', 'deny'], 'Of a scope: what becomes of a job that no rule of it matches.'),
    ),
    classify: optional(listOf(classifySchema, 'Tags that follow from topic and params.')),
    rules: optional(listOf(ruleSchema, 'The rules; order plays no part.')),
    ...sectionSchemas,
    input: optional(inputSchema),
    output: optional(outputSchema),
    tests: optional(listOf(testSchema, 'A bundle whose tests fail is not activated.')),
  },
  {
    ...closed,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:countersign:policy:v1',
    title: 'Countersign policy file',
    dependentRequired: { default: ['scope'] },
    description: 'One file of a policy bundle. What it means: docs/policy-language.md.',
  },
);

/** The JSON Schema (draft 2020-12) of a policy file, for editors. The loader refuses more than a schema can say. */
export function policySchema(): object {
  return JSON.parse(JSON.stringify(policy)) as object;
}
