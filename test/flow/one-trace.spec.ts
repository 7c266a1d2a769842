import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startOtlpReceiver, type Span } from './support/otlp-receiver.js';
import { TestServices } from './support/services.js';

let otlp: Awaited<ReturnType<typeof startOtlpReceiver>>;
let services: TestServices;

beforeAll(async () => {
  otlp = await startOtlpReceiver();
  services = await TestServices.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
});
afterAll(async () => {
  await services?.stop();
  await otlp?.close();
});

it('one job is one trace over every process of the road, with the database in it (E2, G7)', async () => {
  const job = await services.api.submit({ topic: 'job.mcp-bridge.read.list_tickets' });
  await services.api.reaches(job.job_id, 'COMPLETED');
  const road = ['gateway', 'policy-evaluator', 'scheduler', 'worker-reference', 'output-scanner'];
  const ofTrace = () => otlp.spans.filter((span) => span.traceId === job.trace_id);
  const ancestors = (span: Span): string[] => {
    const parent = ofTrace().find((candidate) => candidate.spanId === span.parentSpanId);
    return parent ? [parent.service, ...ancestors(parent)] : [];
  };
  await vi.waitFor(
    () => {
      for (const service of road) expect(ofTrace().map((span) => span.service)).toContain(service);
      const concluding = ofTrace().find(
        (span) =>
          span.service === 'scheduler' &&
          !span.scope.includes('instrumentation') &&
          ancestors(span).includes('output-scanner'),
      );
      expect(concluding, 'the scheduler concludes below the scanner').toBeDefined();
      const order = ancestors(concluding!).filter((service, i, all) => service !== all[i - 1]);
      expect(order).toEqual([
        'output-scanner',
        'worker-reference',
        'scheduler',
        'policy-evaluator',
        'gateway',
      ]);
      expect(ofTrace().some((span) => span.scope.includes('instrumentation-pg'))).toBe(true);
    },
    { timeout: 20_000, interval: 100 },
  );
});
