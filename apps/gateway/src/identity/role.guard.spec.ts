import { VerifiedBy } from '@countersign/contracts';
import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { RouteTable } from '../http/route-table.js';
import { Role, type Caller } from './caller.js';
import { Operation } from './operation.decorator.js';
import { contextOf, type RequestContext } from './request-context.js';
import { RoleGuard } from './role.guard.js';
import { ROUTES } from './routes.js';

class Handlers {
  @Operation('approveJob', 'approves')
  approve(): void {
    // Only what the decorator says of it matters.
  }

  unknown(): void {
    // It says nothing.
  }
}

const reviewer: Caller = {
  name: 'ann',
  tenant: 'default',
  roles: [Role.Reviewer],
  groups: [],
  agents: [],
  by: VerifiedBy.ApiKey,
};

function canReach(handler: keyof Handlers, known: RequestContext): boolean {
  const request = {};
  Object.assign(contextOf(request as never), known);
  const context = {
    getType: () => 'http',
    getHandler: () => Object.getOwnPropertyDescriptor(Handlers.prototype, handler)?.value as object,
    switchToHttp: () => ({ getRequest: () => request }),
  };
  return new RoleGuard().canActivate(context as unknown as ExecutionContext);
}

describe('a handler', () => {
  it('is reached by the route that it serves, with a role that this takes', () => {
    expect(canReach('approve', { route: 'approveJob', caller: reviewer })).toBe(true);
  });

  it.each<[string, RequestContext, string]>([
    [
      'a request that was let in for another route',
      { route: 'getJob', caller: reviewer },
      'would be served as',
    ],
    ['a request that was let in for none', { caller: reviewer }, 'would be served as'],
    ['a request without a caller', { route: 'approveJob' }, 'not known'],
    [
      'another role',
      { route: 'approveJob', caller: { ...reviewer, roles: [Role.Operator] } },
      'one of the roles',
    ],
    ['no role', { route: 'approveJob', caller: { ...reviewer, roles: [] } }, 'one of the roles'],
  ])('is not reached by %s', (_, known, why) => expect(() => canReach('approve', known)).toThrow(why));

  it('that names no route is not reached at all', () => {
    expect(() => canReach('unknown', { caller: reviewer })).toThrow('would be served as');
  });
});

describe('the table of routes', () => {
  const paths = Object.fromEntries(
    Object.keys(ROUTES).map((operationId) => [`/${operationId}`, { get: { operationId, responses: {} } }]),
  );

  it('is accepted when each route has its row and each row its route', () => {
    expect(RouteTable.of({ paths }, {}).routeOf('HEAD', '/getJob/')).toBe('getJob');
  });

  it('keeps the process from starting with a route that has no row', () => {
    const more = { '/new': { post: { operationId: 'resetEverything', responses: {} } } };
    expect(() => RouteTable.of({ paths: { ...paths, ...more } }, {})).toThrow('resetEverything has no row');
    const nameless = { '/new': { post: { responses: {} } } };
    expect(() => RouteTable.of({ paths: { ...paths, ...nameless } }, {})).toThrow('has no row');
  });

  it('keeps the process from starting with a row that has no route', () => {
    const { '/getJob': _, ...fewer } = paths;
    expect(() => RouteTable.of({ paths: fewer }, {})).toThrow('getJob of the table');
  });
});
