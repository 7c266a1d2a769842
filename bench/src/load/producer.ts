import { EventType } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus, type Outgoing } from '@countersign/messaging';
import { nowMs, partReady, settingsOf, tell, terminalLog } from '../parts/part-process.js';
import { jobBody, TOPIC } from './job-body.js';
import type { ProducerSettings, ToProducer } from './messages.js';

/** Most jobs in one publishing. */
const BATCH = 128;
/** Fewest jobs worth a publishing while more are on their way, so that batches stay batches. */
const LEAST = 32;
/** How often due jobs are sent at a fixed rate, in milliseconds. */
const PACE_MS = 5;

const { subject = TOPIC, ...access } = settingsOf<ProducerSettings>();
const bus = await Bus.connect({ ...access, log: terminalLog });
let inFlight = 0;
let sendMore: (() => void) | undefined;
let ids: string[] = [];
let atMs: number[] = [];
let resent = 0;
const publishing = new Set<Promise<void>>();

function newJob(dueAtMs: number): Outgoing {
  const id = newUlid();
  ids.push(id);
  atMs.push(dueAtMs);
  return {
    subject,
    id: `${id}:job`,
    type: EventType.Job,
    source: '/bench/producer',
    body: jobBody(id),
    time: new Date().toISOString(),
    jobId: id,
  };
}

/** Publishes until everything is confirmed. A repeated sending has the same message id, so the broker drops doubles. */
function publish(jobs: readonly Outgoing[]): void {
  const done = (async () => {
    for (let left = jobs; left.length > 0;) {
      const outcomes = await bus.publish(left);
      left = left.filter((_, i) => outcomes[i] === 'failed');
      resent += left.length;
    }
  })().finally(() => publishing.delete(done));
  publishing.add(done);
}

async function report(): Promise<void> {
  await Promise.all(publishing);
  tell({ kind: 'sent', sent: { ids, atMs }, resent });
  [ids, atMs, resent] = [[], [], 0];
}

async function saturate(count: number, window: number): Promise<void> {
  inFlight = 0;
  for (let left = count; left > 0;) {
    const batch = Math.min(BATCH, window - inFlight, left);
    if (batch < Math.min(LEAST, left)) {
      await new Promise<void>((resolve) => (sendMore = resolve));
      continue;
    }
    const now = nowMs();
    publish(Array.from({ length: batch }, () => newJob(now)));
    inFlight += batch;
    left -= batch;
    // The confirmations and the credit of the collector must get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await report();
}

function pace(count: number, perSecond: number): void {
  const startMs = nowMs() + PACE_MS;
  let sent = 0;
  const timer = setInterval(() => {
    const due: Outgoing[] = [];
    // Timed from when a job was due, so that a late producer shows as latency and does not hide it.
    for (let at = dueAt(sent); sent < count && at <= nowMs(); at = dueAt(sent)) {
      due.push(newJob(at));
      sent++;
    }
    if (due.length > 0) publish(due);
    if (sent < count) return;
    clearInterval(timer);
    void report();
  }, PACE_MS);
  const dueAt = (n: number) => startMs + (n * 1000) / perSecond;
}

process.on('message', (message: ToProducer) => {
  if (message.kind === 'collected') {
    inFlight -= message.count;
    sendMore?.();
  } else if (message.kind === 'saturate') void saturate(message.count, message.window);
  else pace(message.count, message.perSecond);
});
partReady(() => bus.close());
