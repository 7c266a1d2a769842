import { Header, STREAM_LIST } from '@countersign/contracts';
import { traceIdOf } from '@countersign/kernel';
import {
  context,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import type { Delivery } from '../delivery.js';
import { errorText } from '../error-text.js';

/** Which consumer works, for whom. */
export interface ConsumerIdentity {
  readonly stream: string;
  readonly durable: string;
  readonly filter?: string;
  readonly user: string;
}

const TRACER = '@countersign/messaging';

/** Runs the handling of a batch in a span of its own: a child of the one delivery's trace, or linked to many. */
export async function inConsumerSpan<T>(
  consumer: ConsumerIdentity,
  batch: readonly Delivery[],
  run: () => Promise<T>,
): Promise<T> {
  if (!isTracing()) return run();
  const remotes = batch.map((delivery) => remoteSpan(delivery.header(Header.Traceparent)));
  const only = batch.length === 1 ? remotes[0] : undefined;
  const parent = only ? trace.setSpanContext(ROOT_CONTEXT, only) : ROOT_CONTEXT;
  const span = trace.getTracer(TRACER).startSpan(
    `process ${consumer.stream}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'nats',
        'messaging.destination.name': consumer.filter ?? subjectsOf(consumer.stream),
        'messaging.batch.message_count': batch.length,
        'countersign.service': consumer.user,
      },
      links: batch.length === 1 ? [] : linksTo(remotes),
    },
    parent,
  );
  try {
    return await context.with(trace.setSpan(parent, span), run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: errorText(error) });
    throw error;
  } finally {
    span.end();
  }
}

/** Without a registered provider the API hands out a proxy that delegates to nobody. */
function isTracing(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(TRACER) !== undefined;
}

function remoteSpan(traceparent: string | undefined): SpanContext | undefined {
  const traceId = traceIdOf(traceparent);
  if (traceparent === undefined || traceId === undefined) return undefined;
  return {
    traceId,
    spanId: traceparent.slice(36, 52),
    traceFlags: Number.parseInt(traceparent.slice(53, 55), 16),
    isRemote: true,
  };
}

function linksTo(remotes: readonly (SpanContext | undefined)[]): Link[] {
  return remotes.flatMap((remote) => (remote ? [{ context: remote }] : []));
}

function subjectsOf(stream: string): string {
  return STREAM_LIST.find((spec) => spec.name === stream)?.subjects.join(',') ?? stream;
}
