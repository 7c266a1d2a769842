import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { refuseMember } from './refuse-member.js';

/**
 * Refuses every query parameter: for routes that have none. Injects nothing. Named before the caller in a handler: Nest
 * reads parameters from the last one on, and a stranger is to be refused as one first.
 */
export const NoQuery = createParamDecorator((_: unknown, context: ExecutionContext): undefined => {
  const [name] = Object.keys(context.switchToHttp().getRequest<Request>().query);
  if (name !== undefined) throw refuseMember(name, 'query parameter');
  return undefined;
});
