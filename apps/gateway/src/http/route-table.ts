import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { isRoute, ROUTES, type Route } from '../identity/routes.js';
import { ApiError } from './problem.js';

interface RouteEntry {
  readonly pattern: RegExp;
  /** By method. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly methods: readonly string[];
}

/** Which methods an address takes, and which route each of them is. */
export class RouteTable {
  private constructor(private readonly entries: readonly RouteEntry[]) {}

  /**
   * Reads the routes of a document that names all of them; `more` are addresses besides that can only be read. Throws
   * when a route has no row in {@link ROUTES}, or a row no route: who may use it would be anybody's guess.
   */
  static of(document: Pick<OpenAPIObject, 'paths'>, more: Readonly<Record<string, Route>>): RouteTable {
    const documented = Object.entries(document.paths).map(([path, operations]) =>
      entryOf(path, Object.entries(operations as Readonly<Record<string, Operation>>).map(routeOfOperation)),
    );
    const readable = Object.entries(more).map(([path, route]) => entryOf(path, [['GET', route]]));
    const entries = [...documented, ...readable];
    const known = new Set(entries.flatMap(({ routes }) => [...routes.values()]));
    const orphan = Object.keys(ROUTES).find((name) => isRoute(name) && !known.has(name));
    if (orphan !== undefined) throw new Error(`the row ${orphan} of the table of routes has no route`);
    return new RouteTable(entries);
  }

  /** The methods of an address, or undefined when there is nothing. */
  methodsOf(path: string): readonly string[] | undefined {
    return this.find(path)?.methods;
  }

  /** The route of a method at an address; undefined when there is none. `HEAD` is `GET` without the body. */
  routeOf(method: string, path: string): Route | undefined {
    return this.find(path)?.routes.get(method === 'HEAD' ? 'GET' : method);
  }

  private find(path: string): RouteEntry | undefined {
    return this.entries.find(({ pattern }) => pattern.test(path));
  }
}

interface Operation {
  readonly operationId?: string;
}

function routeOfOperation([method, { operationId = '' }]: [string, Operation]): readonly [string, Route] {
  if (!isRoute(operationId)) throw new Error(`the route ${operationId} has no row in the table of routes`);
  return [method.toUpperCase(), operationId];
}

function entryOf(path: string, routes: readonly (readonly [string, Route])[]): RouteEntry {
  return {
    pattern: patternOf(path),
    routes: new Map(routes),
    methods: withImplied(routes.map(([method]) => method)),
  };
}

/** As Express matches paths: whatever the case, with or without a slash at the end. */
function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${escaped}/?$`, 'i');
}

/** What is offered wherever something can be read, and everywhere. */
function withImplied(methods: readonly string[]): readonly string[] {
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
}

/**
 * Answers `OPTIONS` on every known address, and refuses there what the address does not take, with `Allow`. Unknown
 * addresses go on. No header of CORS is ever sent: pages of other sites have no business here.
 */
export function methodsOf(table: RouteTable): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const methods = table.methodsOf(request.path);
    if (methods === undefined) return next();
    const isOptions = request.method === 'OPTIONS';
    if (!isOptions && methods.includes(request.method)) return next();
    response.setHeader('Allow', methods.join(', '));
    if (isOptions) return void response.status(204).end();
    next(new ApiError('method_not_allowed', `This address takes ${methods.join(', ')}.`));
  };
}
