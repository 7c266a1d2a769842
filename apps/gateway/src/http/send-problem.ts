import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { ProblemCode } from './problem-codes.js';
import { RETRY_AFTER_SEC, type Problem } from './problem.js';

/** The content type of every refusal. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Headers that every answer carries: none is sniffed, framed, or read by a page of another site. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The headers that a problem calls for besides those of its body. */
export function headersFor({
  status,
  code,
}: Pick<Problem, 'status' | 'code'>): Readonly<Record<string, string>> {
  if (status === 503) return { 'Retry-After': String(RETRY_AFTER_SEC) };
  const challenge = CHALLENGES[code];
  return challenge === undefined ? {} : { 'WWW-Authenticate': challenge };
}

/** RFC 6750, 3: what to send, or what was wrong with it. */
const CHALLENGES: Partial<Record<ProblemCode, string>> = {
  unauthenticated: 'Bearer',
  invalid_credentials: 'Bearer error="invalid_token"',
  role_required: 'Bearer error="insufficient_scope"',
};

/** Answers with a problem. Headers that were set before stay. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem);
  for (const [name, value] of Object.entries(headersFor(problem))) response.setHeader(name, value);
  response.setHeader('Content-Type', PROBLEM_TYPE);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.statusCode = problem.status;
  response.end(body);
}

/** A whole HTTP/1.1 answer with a problem, for a connection on which there is no request to answer. It ends the connection. */
export function problemMessage(problem: Problem, more: Readonly<Record<string, string>> = {}): string {
  const body = JSON.stringify(problem);
  const headers = {
    ...SAFE_HEADERS,
    'Cache-Control': 'no-store',
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...more,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
