import { isSpanContextValid, trace } from '@opentelemetry/api';

/** W3C traceparent of the active span, or `fallback` when there is none. */
export function activeTraceparent(fallback?: string): string | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  if (!active || !isSpanContextValid(active)) return fallback;
  return `00-${active.traceId}-${active.spanId}-${active.traceFlags.toString(16).padStart(2, '0')}`;
}
