import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One span as it was exported. */
export interface Span {
  /** The resource's `service.name`: the process. */
  readonly process: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** The library that made it. */
  readonly scope: string;
  /** Its attributes whose values are texts. */
  readonly attributes: Readonly<Record<string, string>>;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface Payload {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly Attribute[] };
    readonly scopeSpans?: readonly {
      readonly scope?: { readonly name: string };
      readonly spans?: readonly (Pick<Span, 'name' | 'traceId' | 'spanId' | 'parentSpanId'> & {
        readonly attributes?: readonly Attribute[];
      })[];
    }[];
  }[];
}

/** Where spans are sent to. */
export interface OtlpReceiver {
  readonly url: string;
  /** Everything received so far. */
  readonly spans: readonly Span[];
  close(): Promise<void>;
}

/** Receives traces over OTLP/HTTP (JSON) and keeps the spans. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
      spans.push(...spansOf(JSON.parse(text) as Payload));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function spansOf({ resourceSpans = [] }: Payload): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map(({ attributes, ...span }) => ({
        ...span,
        process: textsOf(resource?.attributes)['service.name'] ?? '',
        scope: scope?.name ?? '',
        attributes: textsOf(attributes),
      })),
    ),
  );
}

function textsOf(attributes: readonly Attribute[] = []): Record<string, string> {
  return Object.fromEntries(
    attributes.flatMap(({ key, value: { stringValue } }) =>
      stringValue === undefined ? [] : [[key, stringValue] as const],
    ),
  );
}
