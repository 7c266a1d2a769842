import { ack, Bus } from '@countersign/messaging';
import { nowMs, partReady, settingsOf, tell, terminalLog } from '../parts/part-process.js';
import type { BrokerAccess, ToCollector } from './messages.js';

/** Where the answers come from: a durable consumer of a stream, or a plain subscription. */
export interface CollectorSettings extends BrokerAccess {
  readonly from:
    | { readonly kind: 'stream'; readonly stream: string; readonly durable: string }
    | { readonly kind: 'subject'; readonly subject: string };
}

/** How often the number of collected jobs is told, in milliseconds. */
const TELL_MS = 10;

const { from, ...access } = settingsOf<CollectorSettings>();
const bus = await Bus.connect({ ...access, log: terminalLog });
let ids: string[] = [];
let atMs: number[] = [];
let untold = 0;
let timer: NodeJS.Timeout | undefined;

function collect(data: Uint8Array, now: number): void {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
  ids.push((JSON.parse(text) as { job_id: string }).job_id);
  atMs.push(now);
  untold++;
  timer ??= setTimeout(() => {
    timer = undefined;
    tell({ kind: 'collected', count: untold });
    untold = 0;
  }, TELL_MS);
}

if (from.kind === 'subject') bus.subscribe(from.subject, (data) => collect(data, nowMs()));
else
  await bus.consume(from, (batch) => {
    const now = nowMs();
    for (const delivery of batch) collect(delivery.data, now);
    return Promise.resolve(batch.map(() => ack));
  });
await bus.flush();

process.on('message', (_message: ToCollector) => {
  tell({ kind: 'report', collected: { ids, atMs } });
  [ids, atMs] = [[], []];
});
partReady(() => bus.close());
