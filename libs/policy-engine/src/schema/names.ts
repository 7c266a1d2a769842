import { Type, type TSchema } from '@sinclair/typebox';

/** Options of a mapping whose keys are all known. */
export const closed = { additionalProperties: false } as const;

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

const TOPIC = '(?:job|\\*|>)(?:\\.(?:[a-z0-9_-]+|\\*|>))*';
const NAME = '[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}';
const ACTION = '[a-z0-9*][a-z0-9._:/@*-]{0,127}';
const TAG = '[a-z0-9_-]{1,64}';
const SET = '\\$[a-z][a-z0-9_]{0,63}';

const list = (grammar: string, description: string) =>
  Type.Array(Type.String({ pattern: `^(?:${SET}|${grammar})$` }), {
    minItems: 1,
    maxItems: 1024,
    description: `${description} \`$name\` stands for the members of a set.`,
  });

export const topics = (description: string) =>
  list(TOPIC, `${description} NATS wildcards: \`*\` one token, \`>\` the rest.`);
export const tenants = (description: string) => list(TAG, description);
export const agents = (description: string) => list(NAME, description);
export const capabilities = (description: string) => list(NAME, description);
export const groups = (description: string) => list(NAME, description);
export const tags = (description: string) => list(TAG, description);
/** A list of tags that may be empty. */
export const anyTags = Type.Array(Type.String({ pattern: `^(?:${SET}|${TAG})$` }), { maxItems: 1024 });
export const actions = (description: string) =>
  list(ACTION, `${description} \`*\` stands for any part of a name.`);
export const resources = (description: string) =>
  list('.{1,512}', `${description} \`*\` within one segment, \`**\` any number of segments.`);

/** The name of an action, or a set of them, as a key. */
export const ACTION_KEY = `^(?:${SET}|${ACTION})$`;
export const SET_NAME = '^[a-z][a-z0-9_]{0,63}$';

export const text = (description: string) => Type.String({ minLength: 1, maxLength: 1024, description });

export const id = (description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$', description });

export const agentName = (description: string) => Type.String({ pattern: `^${NAME}$`, description });

export const whole = (minimum: number, description: string) =>
  Type.Integer({ minimum, maximum: 2 ** 31 - 1, description });

export const duration = (description: string) =>
  Type.String({ pattern: '^[1-9][0-9]{0,9}[smhd]$', description: `${description} Reads 30s, 10m, 2h, 1d.` });

export const oneOf = (words: readonly string[], description: string) =>
  Type.Unsafe<string>({ type: 'string', enum: [...words], description });

export const listOf = (items: TSchema, description: string) =>
  Type.Array(items, { minItems: 1, description });

export const condition = (description: string) => {
  const one = Type.String({ minLength: 1, maxLength: 4096 });
  return Type.Unsafe<string | string[]>({
    anyOf: [one, Type.Array(one, { minItems: 1 })],
    description,
  });
};
