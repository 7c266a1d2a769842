import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { refuseMember } from './refuse-member.js';

/** Refuses every query parameter: for routes that have none. Injects nothing. */
export const NoQuery = createParamDecorator((_: unknown, context: ExecutionContext): undefined => {
  const [name] = Object.keys(context.switchToHttp().getRequest<Request>().query);
  if (name !== undefined) throw refuseMember(name, 'query parameter');
  return undefined;
});
