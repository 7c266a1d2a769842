import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { keepSdk } from './telemetry.js';

// Loaded with `node --import` before anything else. No ESM loader hook: pg is CommonJS and node:http is patched in
// place, and the hook costs some 60 MB a process.
if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined) {
  // A process of several services says in each of its spans which one it was.
  process.env['OTEL_SERVICE_NAME'] ??= 'countersign';
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const sdk = new NodeSDK({
    traceExporter: new OTLPTraceExporter(),
    instrumentations: [new HttpInstrumentation(), new PgInstrumentation({ requireParentSpan: true })],
  });
  sdk.start();
  keepSdk(sdk);
}
