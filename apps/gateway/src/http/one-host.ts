import type { NextFunction, Request, Response } from 'express';
import { ApiError } from './problem.js';

/**
 * Refuses a message that does not say once, and only once, which host it is for (RFC 9112, 3.2): of two, every reader
 * on the way may believe another. Node leaves the missing one to us when `requireHostHeader` is off.
 */
export function requireOneHost(request: Request, _response: Response, next: NextFunction): void {
  const count = request.headersDistinct['host']?.length ?? 0;
  const isOptional = request.httpVersion === '1.0';
  if (count === 1 || (count === 0 && isOptional)) next();
  else next(new ApiError('invalid_header', 'Host must be sent exactly once.'));
}
