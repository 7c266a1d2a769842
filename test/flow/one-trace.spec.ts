import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startOtlpReceiver, type OtlpReceiver } from './support/otlp-receiver.js';
import { MODES, TestPlatform } from './support/platform.js';
import { Trace } from './support/trace.js';

/** Who handles an allowed job, its conclusion first, as users of the broker. */
const HANDLERS = ['scheduler', 'output-scanner', 'pool-mcp', 'scheduler', 'policy-evaluator'];
/** The processes that they are in, down to the one that took the request. */
const PROCESSES = {
  standalone: ['countersign', 'worker-reference', 'countersign'],
  processes: ['scheduler', 'output-scanner', 'worker-reference', 'scheduler', 'policy-evaluator', 'gateway'],
};

describe.each(MODES)('one job is one trace, %s (E2, G7)', (mode) => {
  let otlp: OtlpReceiver;
  let platform: TestPlatform;
  let traceId: string;
  const trace = () => new Trace(otlp.spans, traceId);
  /** Spans are sent a moment after they end. */
  const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 100 });

  beforeAll(async () => {
    otlp = await startOtlpReceiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
    // Services in one process share its name; in processes each has its own, whatever this says.
    platform = await TestPlatform.start(mode, {
      asCommand: true,
      env: { ...env, OTEL_SERVICE_NAME: 'countersign' },
    });
    const job = await platform.api.submit({ topic: 'job.mcp-bridge.read.list_tickets' });
    await platform.api.reaches(job.job_id, 'COMPLETED');
    traceId = job.trace_id;
  });
  afterAll(async () => {
    await platform?.stop();
    await otlp?.close();
  });

  it('from the request to the conclusion, each step a child of the one before it', async () => {
    await eventually(() => {
      const conclusion = trace().spans.find(
        (span) => span.name === 'process VERDICTS' && trace().handlersOf(span)[0] === 'scheduler',
      );
      expect(conclusion).toBeDefined();
      expect(trace().handlersOf(conclusion!)).toEqual(HANDLERS);
      expect(trace().processesOf(conclusion!)).toEqual(PROCESSES[mode]);
      const root = trace().lineOf(conclusion!).at(-1);
      expect(root?.parentSpanId).toBeUndefined();
      expect(root?.attributes).toMatchObject({ 'http.request.method': 'POST', 'url.path': '/api/v1/jobs' });
    });
  });

  it('with what each service asked of the database under its step', async () => {
    await eventually(() => {
      const asked = trace().statements.map(
        (span) => [trace().handlersOf(span)[0] ?? 'request', span] as const,
      );
      const askers = ['request', 'policy-evaluator', 'scheduler', 'output-scanner', 'audit-writer'];
      expect(asked.map(([asker]) => asker)).toEqual(expect.arrayContaining(askers));
      if (mode === 'processes')
        for (const [asker, { process }] of asked)
          expect(process).toBe(asker === 'request' ? 'gateway' : asker);
    });
  });
});
