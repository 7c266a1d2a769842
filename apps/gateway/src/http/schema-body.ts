import type { Static, TSchema } from '@sinclair/typebox';
import { parseBody } from '@countersign/contracts';
import { refusedBody } from './read-json.js';

/** Reads a body. An empty one is an empty object. Throws as every refusal of a body does. */
export function readBody<S extends TSchema>(schema: S, bytes: Uint8Array): Static<S> {
  const parsed = parseBody(schema, bytes.byteLength === 0 ? EMPTY : bytes);
  if (parsed.ok) return parsed.value;
  throw refusedBody(parsed.problem);
}

const EMPTY = new TextEncoder().encode('{}');

/** A schema as the OpenAPI document embeds it: `$id` would change what references are resolved against. */
export function documented(schema: TSchema): object {
  return JSON.parse(
    JSON.stringify(schema, (name, value: unknown) => (name === '$id' ? undefined : value)),
  ) as object;
}
