import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from '@sinclair/typebox';
import { parseStrictJson, pointerToken, type JsonValue } from '@countersign/kernel';
import { isInstant } from './is-instant.js';
import { MAX_BODY_BYTES, MAX_DEPTH } from './limits.js';
import type { ReasonCode } from './reason-codes.js';

/** Why a body was refused, and which member is to blame (RFC 6901). The message names no value. */
export interface BodyProblem {
  readonly code: ReasonCode;
  readonly pointer: string;
  readonly message: string;
}
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: BodyProblem };

const ajv = new Ajv({ strict: true, allErrors: false, allowUnionTypes: true, validateSchema: false });
ajv.addFormat('date-time', isInstant);
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** Checks a value against a message schema. */
export function validate<S extends TSchema>(schema: S, value: unknown): Parsed<Static<S>> {
  let check = compiled.get(schema);
  if (!check) compiled.set(schema, (check = ajv.compile(schema)));
  if (check(value)) return { ok: true, value: value as Static<S> };
  return { ok: false, problem: problemOf(check.errors![0]!) };
}

/** Parses a body strictly and checks it against a schema. Bodies past `maxBytes` are refused unread. */
export function parseBody<S extends TSchema>(
  schema: S,
  body: Uint8Array,
  maxBytes = MAX_BODY_BYTES,
): Parsed<Static<S>> {
  const parsed = parseText(body, maxBytes);
  return parsed.ok ? validate(schema, parsed.value) : parsed;
}

/** Parses a body strictly, without a schema. */
export function parseText(body: Uint8Array, maxBytes = MAX_BODY_BYTES): Parsed<JsonValue> {
  if (body.byteLength > maxBytes)
    return problem('too_large', '', `the body is larger than ${maxBytes} bytes`);
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return problem('malformed_json', '', 'the body is not UTF-8');
  }
  const result = parseStrictJson(text, { maxDepth: MAX_DEPTH });
  return result.ok ? result : { ok: false, problem: result.problem };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function problem(code: ReasonCode, pointer: string, message: string): { ok: false; problem: BodyProblem } {
  return { ok: false, problem: { code, pointer, message } };
}

function problemOf(error: ErrorObject): BodyProblem {
  const params = error.params as { additionalProperty?: string; missingProperty?: string };
  if (error.keyword === 'additionalProperties') {
    const pointer = `${error.instancePath}/${pointerToken(params.additionalProperty ?? '')}`;
    return { code: 'unknown_field', pointer, message: `the member ${pointer} is not known` };
  }
  if (error.keyword === 'required') {
    const pointer = `${error.instancePath}/${pointerToken(params.missingProperty ?? '')}`;
    return { code: 'missing_field', pointer, message: `the member ${pointer} is missing` };
  }
  return {
    code: 'invalid_field',
    pointer: error.instancePath,
    message: `${error.instancePath || 'the body'} ${error.message ?? 'is invalid'}`,
  };
}
