import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { traceOf, type RequestTrace } from './request-trace.js';

/** Injects the {@link RequestTrace} of a request into a handler. */
export const Trace = createParamDecorator((_: unknown, context: ExecutionContext): RequestTrace =>
  traceOf(context.switchToHttp().getRequest<Request>()),
);
