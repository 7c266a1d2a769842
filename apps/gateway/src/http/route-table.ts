import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiError } from './problem.js';

interface RouteEntry {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

/** Which methods an address takes. */
export class RouteTable {
  private constructor(private readonly routes: readonly RouteEntry[]) {}

  /** Reads the routes of a document that names all of them; `more` are addresses besides that can only be read. */
  static of(document: Pick<OpenAPIObject, 'paths'>, more: readonly string[]): RouteTable {
    const documented = Object.entries(document.paths).map(([path, operations]) => ({
      pattern: patternOf(path),
      methods: withImplied(Object.keys(operations).map((method) => method.toUpperCase())),
    }));
    const readable = more.map((path) => ({ pattern: patternOf(path), methods: withImplied(['GET']) }));
    return new RouteTable([...documented, ...readable]);
  }

  /** The methods of an address, or undefined when there is nothing. */
  methodsOf(path: string): readonly string[] | undefined {
    return this.routes.find(({ pattern }) => pattern.test(path))?.methods;
  }
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
