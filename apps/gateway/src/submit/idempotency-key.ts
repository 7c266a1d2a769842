import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ApiError } from '../http/problem.js';

/** Printable ASCII, 1 to 128 characters: long enough for any client's UUIDs, short enough for an index. */
const KEY = /^[\x20-\x7e]{1,128}$/;

/** The idempotency key of a request, or undefined when it has none. Throws when it has several or an unusable one. */
export function idempotencyKeyOf(
  headers: Readonly<Record<string, string[] | undefined>>,
): string | undefined {
  const values = headers['idempotency-key'];
  if (values === undefined) return undefined;
  const [value = ''] = values;
  if (values.length > 1 || !KEY.test(value))
    throw new ApiError(
      'invalid_header',
      'Idempotency-Key must be one value of 1 to 128 printable ASCII characters.',
    );
  return value;
}

/** Injects the idempotency key of a request into a handler. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  idempotencyKeyOf(context.switchToHttp().getRequest<Request>().headersDistinct),
);
