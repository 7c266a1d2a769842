import { HttpException } from '@nestjs/common';
import { MAX_BODY_BYTES } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { isInfrastructureError } from '@countersign/persistence';
import { isProblemCode, PROBLEMS, type ProblemCode } from './problem-codes.js';

/** A refusal by the HTTP API: a {@link CodedError} with a known code, and members that the problem details carry besides. */
export class ApiError extends CodedError {
  constructor(
    code: ProblemCode,
    detail: string,
    options: { readonly pointer?: string; readonly cause?: unknown } = {},
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(code, detail, options);
  }
}

/** RFC 9457 problem details as this API gives them. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** RFC 6901 pointer of the offending member, or `/name` of the offending parameter in the query or the path. */
  readonly pointer?: string;
  readonly trace_id: string;
  readonly [extension: string]: unknown;
}

/** Seconds after which a caller may try again when a service did not answer; services come back within a few. */
export const RETRY_AFTER_SEC = 2;

const UNEXPECTED = 'An unexpected error was logged under this trace id.';

/** What a caller learns of an error. Only what was meant for callers gets out: everything unknown is `internal_error`. */
export function problemOf(error: unknown, traceId: string): Problem {
  if (error instanceof CodedError) {
    const code = error.code === 'timeout' ? 'unavailable' : error.code;
    if (!isProblemCode(code) || code === 'internal_error') return make('internal_error', UNEXPECTED, traceId);
    const extensions = error instanceof ApiError ? error.extensions : {};
    const detail = OUR_WORDS[code] ?? error.message;
    return { ...extensions, ...make(code, detail, traceId, error.pointer) };
  }
  const code = codeOfStatus(error) ?? (isInfrastructureError(error) ? 'unavailable' : 'internal_error');
  return make(code, DETAILS[code] ?? UNEXPECTED, traceId);
}

const UNAVAILABLE = 'A part of the platform does not answer. Try again.';
/** What is said of failures whose own words are for the log alone. */
const OUR_WORDS: Partial<Record<ProblemCode, string>> = {
  unavailable: UNAVAILABLE,
  identity_unavailable: 'The keys that tell whether a token holds can not be had. Try again.',
};

const DETAILS: Partial<Record<ProblemCode, string>> = {
  malformed_request: 'The request line, its headers or its body could not be read.',
  not_found: 'There is nothing at this address.',
  request_timeout: 'The whole request must arrive in time.',
  precondition_failed: 'What is here is not what a header of the request asks for.',
  range_not_satisfiable: 'What is here has no such part.',
  too_large: `The body is larger than ${MAX_BODY_BYTES} bytes.`,
  unsupported_media_type: 'Send application/json in UTF-8 without a content encoding.',
  unavailable: UNAVAILABLE,
};

/** Express and its parsers throw errors with a status of their own; only client errors among them are believed. */
function codeOfStatus(error: unknown): ProblemCode | undefined {
  const status = error instanceof HttpException ? error.getStatus() : statusMember(error);
  if (status === undefined || status < 400 || status > 499) return undefined;
  return CODES[status] ?? 'malformed_request';
}

const CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_request',
  404: 'not_found',
  408: 'request_timeout',
  412: 'precondition_failed',
  413: 'too_large',
  415: 'unsupported_media_type',
  416: 'range_not_satisfiable',
};

function statusMember(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('expose' in error) || error.expose !== true) return undefined;
  return 'status' in error && typeof error.status === 'number' ? error.status : undefined;
}

function make(code: ProblemCode, detail: string, traceId: string, pointer?: string): Problem {
  return {
    type: `urn:countersign:problem:${code}`,
    ...PROBLEMS[code],
    detail,
    code,
    ...(pointer === undefined ? {} : { pointer }),
    trace_id: traceId,
  };
}
