import express, { type NextFunction, type Request, type Response } from 'express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { MAX_BODY_BYTES } from '@countersign/contracts';
import { serveOpenApi } from './openapi.js';
import { ProblemFilter } from './problem.filter.js';

/**
 * Sets an application up as the HTTP edge. It must have been created with `bodyParser: false`: bodies stay bytes
 * until they are parsed strictly. Call it once, before `init` or `listen`.
 */
export function configureHttp(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  // Answers are never stored, so there is nothing to compare an ETag with.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(safeHeaders);
  // Every content type is read, so that the refusal of all but JSON comes after the size limit and with the body drained.
  app.use(express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }));
  app.useGlobalFilters(new ProblemFilter());
  serveOpenApi(app);
}

function safeHeaders(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  if (request.path.toLowerCase().startsWith('/api')) response.setHeader('Cache-Control', 'no-store');
  next();
}
