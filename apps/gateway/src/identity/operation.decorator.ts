import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation } from '@nestjs/swagger';
import { PUBLIC, ruleOf, type Route } from './routes.js';

const ROUTE = 'countersign:route';
/** Name of the security scheme in the OpenAPI document. */
export const BEARER = 'bearer';

/** Says which route of {@link ROUTES} a handler serves, to the guard and to the OpenAPI document. */
export function Operation(route: Route, summary: string): MethodDecorator {
  const rule = ruleOf(route);
  if (rule === PUBLIC)
    return applyDecorators(SetMetadata(ROUTE, route), ApiOperation({ operationId: route, summary }));
  const description = `Takes one of the roles: ${rule.roles.join(', ')}.`;
  return applyDecorators(
    SetMetadata(ROUTE, route),
    ApiOperation({ operationId: route, summary, description }),
    ApiBearerAuth(BEARER),
  );
}

/** The route that a handler says it serves. */
export function routeOfHandler(handler: object): Route | undefined {
  return Reflect.getMetadata(ROUTE, handler) as Route | undefined;
}
