import type { Span } from './otlp-receiver.js';

/** The member of spans of message handlers that says whose consumer it was. */
const SERVICE = 'countersign.service';

/** The spans of one trace, and how they hang together. */
export class Trace {
  readonly spans: readonly Span[];
  private readonly byId: ReadonlyMap<string, Span>;

  constructor(received: readonly Span[], traceId: string) {
    this.spans = received.filter((span) => span.traceId === traceId);
    this.byId = new Map(this.spans.map((span) => [span.spanId, span]));
  }

  /** A span and those above it, the root last. */
  lineOf(span: Span): readonly Span[] {
    const parent = this.byId.get(span.parentSpanId ?? '');
    return [span, ...(parent ? this.lineOf(parent) : [])];
  }

  /** Whose handlers a span is under, from itself upwards, as users of the broker. */
  handlersOf(span: Span): readonly string[] {
    return this.lineOf(span).flatMap((ancestor) => ancestor.attributes[SERVICE] ?? []);
  }

  /** The processes that a span is under, from its own upwards. */
  processesOf(span: Span): readonly string[] {
    const names = this.lineOf(span).map((ancestor) => ancestor.process);
    return names.filter((name, i) => name !== names[i - 1]);
  }

  /** Statements of the database. */
  get statements(): readonly Span[] {
    return this.spans.filter(
      (span) => span.scope.includes('instrumentation-pg') && 'db.query.text' in span.attributes,
    );
  }
}
