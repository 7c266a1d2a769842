import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { parseText, type BodyProblem } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import type { Request } from 'express';
import { isProblemCode } from './problem-codes.js';
import { ApiError } from './problem.js';

const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Whether a `Content-Type` is JSON in the one encoding that JSON has. */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType !== undefined && JSON_TYPE.test(contentType.trim());
}

/** The bytes of a body; none when nothing was sent. Throws when they are said to be anything but JSON. */
export function bodyBytes(request: Pick<Request, 'body' | 'headers'>): Uint8Array {
  const body: unknown = request.body;
  if (!(body instanceof Uint8Array) || body.byteLength === 0) return new Uint8Array();
  if (!isJsonType(request.headers['content-type']))
    throw new ApiError(
      'unsupported_media_type',
      'Send application/json in UTF-8 without a content encoding.',
    );
  return body;
}

/** The members of a small body, strictly parsed; an empty body has none. Throws on everything but an object. */
export function parseMembers(body: Uint8Array): { [name: string]: JsonValue } {
  if (body.byteLength === 0) return {};
  const parsed = parseText(body);
  if (!parsed.ok) throw refusedBody(parsed.problem);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ApiError('invalid_field', 'The body must be an object.', { pointer: '' });
  return value;
}

/** The refusal that a problem of a body calls for. */
export function refusedBody({ code, message, pointer }: BodyProblem): ApiError {
  const detail = pointer === '' || message.includes(pointer) ? message : `${pointer}: ${message}`;
  return new ApiError(isProblemCode(code) ? code : 'invalid_field', detail, { pointer });
}

/** Injects the raw bytes of a JSON body. */
export const BodyBytes = createParamDecorator((_: unknown, context: ExecutionContext) =>
  bodyBytes(context.switchToHttp().getRequest<Request>()),
);

/** Injects the members of a small JSON body; meant to be followed by a pipe that checks them. */
export const BodyMembers = createParamDecorator((_: unknown, context: ExecutionContext) =>
  parseMembers(bodyBytes(context.switchToHttp().getRequest<Request>())),
);
