import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ApiError } from '../http/problem.js';
import { routeOfHandler } from './operation.decorator.js';
import { contextOf } from './request-context.js';
import { PUBLIC, ruleOf } from './routes.js';

/**
 * Lets a request reach a handler only when its verified caller has a role that the handler's own route takes. It asks
 * the handler, not the address: however an address is read, nobody gets past the row of what is really run.
 */
@Injectable()
export class RoleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { route, caller } = contextOf(context.switchToHttp().getRequest<Request>());
    const served = routeOfHandler(context.getHandler());
    // Whoever was let in by the rules of one route must not end up at another.
    if (served === undefined || served !== route)
      throw new Error(`a request that was let in for ${route} would be served as ${served}`);
    const rule = ruleOf(served);
    if (rule === PUBLIC) return true;
    if (caller === undefined) throw new ApiError('unauthenticated', 'The caller is not known.');
    if (rule.roles.some((role) => caller.roles.includes(role))) return true;
    throw new ApiError('role_required', `This takes one of the roles: ${rule.roles.join(', ')}.`);
  }
}
