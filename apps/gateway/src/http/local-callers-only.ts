import type { NextFunction, Request, Response } from 'express';
import { callerOf, originOf, Side } from './caller.js';

/** Refuses strangers before anything else of their request is judged. Who exactly a caller is, each handler asks again. */
export function localCallersOnly(request: Request, _response: Response, next: NextFunction): void {
  callerOf(originOf(request), Side.Producer);
  next();
}
