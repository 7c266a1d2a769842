import express, { type NextFunction, type Request, type Response } from 'express';
import type { IncomingMessage, Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { MAX_BODY_BYTES } from '@countersign/contracts';
import { Admission } from '../admission/admission.js';
import { Authenticator } from '../identity/authenticator.js';
import { RunAuthenticator } from '../blobs/run-authenticator.js';
import { readConsole } from '../console/console-files.js';
import { serveConsole } from '../console/serve-console.js';
import { contextOf } from '../identity/request-context.js';
import { RoleGuard } from '../identity/role.guard.js';
import { RefusalLog } from '../refusals/refusal-log.js';
import { answerOutsideRequests } from './answer-outside-requests.js';
import { requireOneHost } from './one-host.js';
import { DOCS_PATHS, openApiDocument, serveOpenApi } from './openapi.js';
import { ProblemFilter } from './problem.filter.js';
import { methodsOf, RouteTable } from './route-table.js';
import { SAFE_HEADERS } from './send-problem.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';

/** How long a client may take for the headers of a request, and for the whole of it, in milliseconds. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Sets an application up as the HTTP edge. It must have been created with `bodyParser: false`: bodies stay bytes
 * until they are parsed strictly. Call it once, before `init` or `listen`.
 */
export function configureHttp(app: NestExpressApplication): void {
  configureServer(app.getHttpServer());
  const document = openApiDocument(app);
  const table = RouteTable.of(document, DOCS_PATHS);
  const admission = new Admission(
    table,
    app.get<HttpSettings>(HTTP_SETTINGS),
    app.get(Authenticator),
    app.get(RunAuthenticator),
  );
  app.disable('x-powered-by');
  // Answers are never stored, so there is nothing to compare an ETag with.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(safeHeaders);
  app.use(requireOneHost);
  app.use(admission.fromAllowedAddress);
  app.use('/api/v1', admission.identify);
  app.use(admission.withinLimits);
  // Every content type is read, so that the refusal of all but JSON comes after the size limit and with the body
  // drained; and before a stranger is refused, so that the digest of what was wanted is left.
  app.use(express.raw({ type: isReadWhole, limit: MAX_BODY_BYTES, inflate: false }));
  app.use(admission.ofKnownCaller);
  app.use(methodsOf(table));
  app.use(serveConsole(readConsole()));
  app.useGlobalGuards(new RoleGuard());
  app.useGlobalFilters(new ProblemFilter(app.get(RefusalLog)));
  serveOpenApi(app, document);
}

/** Every body but that of a blob, whose handler takes it piece by piece. */
const isReadWhole = (request: IncomingMessage): boolean => contextOf(request).route !== 'putBlob';

function configureServer(server: Server): void {
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  // Past a count Node drops headers unseen, and with them what a proxy appended. Their size is limited anyhow.
  server.maxHeadersCount = 0;
  // Node would answer a missing Host without a body; it has no documented way to say this after the server was made.
  Object.assign(server, { requireHostHeader: false });
  answerOutsideRequests(server);
}

function safeHeaders(request: Request, response: Response, next: NextFunction): void {
  for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
  if (request.path.toLowerCase().startsWith('/api')) response.setHeader('Cache-Control', 'no-store');
  next();
}
