import { newTraceparent, traceIdOf } from '@countersign/kernel';
import { activeTraceparent } from '@countersign/messaging';
import type { IncomingMessage } from 'node:http';

/** The trace that a request belongs to. */
export interface RequestTrace {
  readonly traceparent: string;
  readonly traceId: string;
}

const traces = new WeakMap<IncomingMessage, RequestTrace>();

/**
 * The trace of a request, the same each time it is asked: of the active server span when there is one, else of the
 * `traceparent` header when that is valid, else a fresh one.
 */
export function traceOf(request: IncomingMessage): RequestTrace {
  const known = traces.get(request);
  if (known) return known;
  const trace = chooseTrace(request.headers['traceparent'], activeTraceparent);
  traces.set(request, trace);
  return trace;
}

/** Chooses a trace; `active` gives the traceparent of the active span or the fallback. */
export function chooseTrace(
  header: string | string[] | undefined,
  active: (fallback: string) => string | undefined,
): RequestTrace {
  const sent = typeof header === 'string' && traceIdOf(header) !== undefined ? header : newTraceparent();
  const traceparent = active(sent) ?? sent;
  const traceId = traceIdOf(traceparent);
  return traceId === undefined ? chooseTrace(undefined, (fallback) => fallback) : { traceparent, traceId };
}
