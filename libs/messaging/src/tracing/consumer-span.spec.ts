import { newTraceparent, traceIdOf } from '@countersign/kernel';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { node, tracing } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../delivery.js';
import { activeTraceparent } from './active-traceparent.js';
import { inConsumerSpan } from './consumer-span.js';

const consumer = { stream: 'JOBS', durable: 'policy-evaluator', user: 'policy-evaluator' };

const aDelivery = (traceparent?: string): Delivery => ({
  stream: 'JOBS',
  seq: 1,
  subject: 'from.p1.job.a',
  data: new Uint8Array(),
  storedAtMs: 0,
  deliveries: 1,
  header: (name) => (name === 'traceparent' ? traceparent : undefined),
});

describe('handling a batch without tracing', () => {
  it('costs nothing and leaves the fallback', async () => {
    expect(
      await inConsumerSpan(consumer, [aDelivery()], () => Promise.resolve(activeTraceparent('given'))),
    ).toBe('given');
    expect(activeTraceparent()).toBeUndefined();
  });
});

describe('handling a batch in a span', () => {
  const exporter = new tracing.InMemorySpanExporter();
  const provider = new node.NodeTracerProvider({
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
  });
  beforeAll(() => provider.register());
  afterEach(() => exporter.reset());
  afterAll(async () => {
    await provider.shutdown();
    trace.disable();
    context.disable();
  });

  it('continues the trace of its one delivery', async () => {
    const traceparent = newTraceparent();
    const inside = await inConsumerSpan(consumer, [aDelivery(traceparent)], () =>
      Promise.resolve(activeTraceparent()),
    );
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'process JOBS',
      attributes: {
        'messaging.system': 'nats',
        'messaging.destination.name': 'from.*.job.>',
        'countersign.service': 'policy-evaluator',
      },
    });
    expect(traceIdOf(inside)).toBe(traceIdOf(traceparent));
    expect(inside).toBe(`00-${span!.spanContext().traceId}-${span!.spanContext().spanId}-01`);
    expect(span!.parentSpanContext?.spanId).toBe(traceparent.slice(36, 52));
  });

  it('links the traces of many, skipping what is no traceparent', async () => {
    const [one, two] = [newTraceparent(), newTraceparent()];
    await inConsumerSpan(consumer, [one, 'nonsense', undefined, two].map(aDelivery), () => Promise.resolve());
    const [span] = exporter.getFinishedSpans();
    expect(span!.links.map((l) => l.context.traceId)).toEqual([traceIdOf(one), traceIdOf(two)]);
    expect(span!.parentSpanContext).toBeUndefined();
  });

  it('marks the span of a batch that fails and passes the failure on', async () => {
    await expect(
      inConsumerSpan(consumer, [aDelivery()], () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
    expect(exporter.getFinishedSpans()[0]!.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no' });
  });
});
