import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RefusalLog } from '../refusals/refusal-log.js';
import { refusalOf } from '../refusals/refusal-of.js';
import { problemOf, type Problem } from './problem.js';
import { traceOf } from './request-trace.js';
import { sendProblem } from './send-problem.js';

/**
 * Turns everything that is thrown on the way of a request into problem details. What nobody expected is logged, what
 * was refused of those who want something done is audited.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('gateway http');

  constructor(private readonly refusals: RefusalLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = problemOf(error, traceOf(request).traceId);
    if (problem.status >= 500) this.log(error, problem, request.method);
    // Whoever hung up was not refused and reads no answer.
    if (request.socket.destroyed) return;
    const refusal = refusalOf(request, problem);
    if (refusal !== undefined) this.refusals.record(refusal);
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
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
