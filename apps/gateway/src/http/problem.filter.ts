import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { problemOf, RETRY_AFTER_SEC, type Problem } from './problem.js';
import { traceOf } from './request-trace.js';

/** Turns everything that is thrown on the way of a request into problem details; what nobody expected is logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('gateway http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = problemOf(error, traceOf(request).traceId);
    if (problem.status >= 500) this.log(error, problem, request.method);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.status === 503) response.setHeader('Retry-After', String(RETRY_AFTER_SEC));
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private log(error: unknown, { code, status, trace_id }: Problem, method: string): void {
    const cause = error instanceof Error && error.cause !== undefined ? { cause: stackOf(error.cause) } : {};
    const entry = { message: 'request failed', code, trace_id, method, error: stackOf(error), ...cause };
    // A service that is away comes back by itself; anything else is a bug that someone must look at.
    if (status === 503) this.logger.warn(entry);
    else this.logger.error(entry);
  }
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
