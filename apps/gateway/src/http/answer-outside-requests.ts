import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { newTraceparent, traceIdOf } from '@countersign/kernel';
import { traceOf } from './request-trace.js';
import { ApiError, problemOf, type Problem } from './problem.js';
import type { ProblemCode } from './problem-codes.js';
import { problemMessage, SAFE_HEADERS, sendProblem } from './send-problem.js';

/** How long a client may take to read an answer that ends its connection, in milliseconds. */
const LINGER_MS = 2_000;

/**
 * Answers what never becomes a request of the application, and what Node would answer without a body: messages that
 * its parser refuses, headers and requests that come too slowly, expectations, and tunnels.
 */
export function answerOutsideRequests(server: Server): void {
  const latest = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', (request, response) => void latest.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    answerInTurn(socket, latest.get(socket), problemMessage(problemOfParser(error)));
  });
  server.on('checkExpectation', (request, response) => {
    const error = new ApiError('expectation_failed', 'Expect may only be 100-continue.');
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    // Whether a body follows is not known, so nothing can follow on this connection.
    response.setHeader('Connection', 'close');
    sendProblem(response, problemOf(error, traceOf(request).traceId));
  });
  server.on('connect', (request: IncomingMessage, socket) => {
    const error = new ApiError('method_not_allowed', 'CONNECT is not allowed: this is no proxy.');
    // A connection that is handed over has nobody else who listens for its failure.
    socket.on('error', () => socket.destroy());
    end(socket, problemMessage(problemOf(error, traceOf(request).traceId), { Allow: '' }));
  });
}

const CODES: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request line and its headers are larger than 16 KiB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['too_large', 'The chunk extensions of the body are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The whole request must arrive in time.'],
};

function problemOfParser(error: NodeJS.ErrnoException & { readonly reason?: unknown }): Problem {
  // The parser's reasons are fixed sentences and hold nothing of what was sent.
  const reason = typeof error.reason === 'string' ? error.reason : 'it is no HTTP message';
  const known = CODES[error.code ?? ''];
  const [code, detail] = known ?? ['malformed_request', `The request could not be read: ${reason}.`];
  return problemOf(new ApiError(code, detail), traceIdOf(newTraceparent()) ?? '');
}

/** Writes an answer where it cannot be taken for the answer to an earlier request on the same connection. */
function answerInTurn(socket: Duplex, earlier: ServerResponse | undefined, message: string): void {
  if (!earlier || earlier.writableFinished) end(socket, message);
  else if (earlier.req.complete) earlier.once('finish', () => end(socket, message));
  else if (earlier.headersSent || earlier.socket === null) socket.destroy();
  else end(socket, message);
}

/** Says the last word on a connection. What still comes is read and dropped, or the client would lose the answer to a reset. */
function end(socket: Duplex, message: string): void {
  socket.end(message);
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
