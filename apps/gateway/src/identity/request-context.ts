import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { IncomingMessage } from 'node:http';
import type { Caller } from './caller.js';
import type { Route } from './routes.js';

/** What is found out about a request before its handler runs. */
export interface RequestContext {
  /** The route that its method and address mean; undefined when there is none. */
  route?: Route;
  /** Where it comes from, as far as proxies are trusted. */
  address?: string;
  /** Who makes it; undefined as long as that is not verified. */
  caller?: Caller;
  /** Why it is not known who makes it. */
  failure?: unknown;
  /** The agent and the task that headers named, on routes that require these headers. */
  agentId?: string;
  taskId?: string;
}

const contexts = new WeakMap<IncomingMessage, RequestContext>();

/** The context of a request, the same each time it is asked. */
export function contextOf(request: IncomingMessage): RequestContext {
  let context = contexts.get(request);
  if (context === undefined) contexts.set(request, (context = {}));
  return context;
}

/** Injects the verified {@link Caller} into a handler. */
export const VerifiedCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = contextOf(context.switchToHttp().getRequest<Request>());
  if (caller === undefined) throw new Error('a handler was reached by a request without a caller');
  return caller;
});

/** Injects the {@link RequestContext} into a handler. */
export const Context = createParamDecorator((_: unknown, context: ExecutionContext): RequestContext =>
  contextOf(context.switchToHttp().getRequest<Request>()),
);
