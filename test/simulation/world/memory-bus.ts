import {
  Header,
  messageId,
  STREAM_LIST,
  subjectMatches,
  type ConsumerSpec,
  type StreamName,
} from '@countersign/contracts';
import type { BatchHandler, Delivery, Outgoing, PublishOutcome } from '@countersign/messaging';
import { Violation, type Action, type Process, type World } from './world.js';

/** How long the broker waits for an acknowledgement, in milliseconds. */
const ACK_WAIT_MS = 6_000;
/** When a batch comes back after its handler threw, in milliseconds. */
const RETRY_AFTER_THROW_MS = 1_000;
/** How long the broker knows a message id, in milliseconds. */
const DUPLICATE_WINDOW_MS = 120_000;
const MAX_BATCH = 8;

/** A message as a stream keeps it. */
export interface StoredMessage extends Omit<Delivery, 'deliveries'> {
  readonly stream: StreamName;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as it is handed to the broker. */
export interface Sent {
  readonly subject: string;
  readonly data: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

type Durable = Pick<ConsumerSpec, 'stream' | 'durable' | 'filter'>;

interface Entry {
  readonly message: StoredMessage;
  deliverAtMs: number;
  deliveries: number;
  /** Who has it and has not settled it. */
  holders: Process[];
}

interface Reader {
  readonly process: Process;
  readonly handler: BatchHandler;
  isBusy: boolean;
}

interface Consumer {
  readonly spec: Durable;
  readonly entries: Map<number, Entry>;
  readers: Reader[];
}

/** A broker in memory: streams, durable consumers, acknowledgements and redelivery. */
export class MemoryBus {
  /** Everything that was ever stored. */
  readonly stored: StoredMessage[] = [];
  private readonly consumers = new Map<string, Consumer>();
  private readonly streamOf = new Map<string, StreamName>();
  private readonly seqs = new Map<StreamName, number>();
  private readonly ids = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly onStored: (message: StoredMessage) => void,
  ) {}

  /** Makes a durable. Only what is stored later reaches it. */
  provide(spec: Durable): void {
    this.consumers.set(keyOf(spec), { spec, entries: new Map(), readers: [] });
  }

  /** Reads a durable in a process, one batch at a time. */
  read(process: Process, spec: Durable, handler: BatchHandler): void {
    this.consumers.get(keyOf(spec))!.readers.push({ process, handler, isBusy: false });
  }

  /** The publishing side of a process. */
  publisherOf(process: Process): { publish(messages: readonly Outgoing[]): Promise<PublishOutcome[]> } {
    return {
      publish: (messages) =>
        this.world.wait(process, `publishes ${messages.map((one) => one.id).join(', ')}`, () =>
          messages.map((message) => this.store(sentOf(message))),
        ),
    };
  }

  /** Stores a message, unless its fate is another. */
  store(sent: Sent): PublishOutcome {
    if (this.world.strikes('publish lost')) return 'failed';
    const outcome = this.append(sent);
    return this.world.strikes('publish unconfirmed') ? 'failed' : outcome;
  }

  /** Takes back what a crashed process held. */
  release(process: Process): void {
    for (const consumer of this.consumers.values()) {
      consumer.readers = consumer.readers.filter((reader) => reader.process !== process);
      for (const entry of consumer.entries.values())
        if (entry.holders.includes(process)) {
          entry.holders = entry.holders.filter((holder) => holder !== process);
          entry.deliverAtMs = this.world.nowMs + ACK_WAIT_MS;
        }
    }
  }

  /** Deliveries that may happen now. */
  actions(): Action[] {
    const actions: Action[] = [];
    for (const consumer of this.consumers.values()) {
      if (consumer.entries.size === 0) continue;
      const idle = consumer.readers.filter((reader) => !reader.isBusy);
      if (idle.length === 0 || !this.hasReady(consumer)) continue;
      for (const reader of idle)
        actions.push({
          what: `${keyOf(consumer.spec)} delivers to ${reader.process.name}`,
          weight: 4,
          run: () => this.deliver(consumer, reader),
        });
    }
    return actions;
  }

  /** When the next message comes again by itself; Infinity when none does. */
  nextDeliveryMs(): number {
    let next = Infinity;
    for (const { entries } of this.consumers.values())
      for (const { deliverAtMs, holders } of entries.values())
        if (holders.length === 0) next = Math.min(next, deliverAtMs);
    return next;
  }

  private hasReady({ entries }: Consumer): boolean {
    for (const entry of entries.values())
      if (entry.holders.length === 0 && entry.deliverAtMs <= this.world.nowMs) return true;
    return false;
  }

  private append({ subject, data, headers }: Sent): PublishOutcome {
    const stream = this.streamFor(subject);
    const id = headers[Header.MessageId];
    const now = this.world.nowMs;
    if (id !== undefined) {
      const known = this.ids.get(`${stream} ${id}`);
      if (known !== undefined && now - known < DUPLICATE_WINDOW_MS) return 'duplicate';
      this.ids.set(`${stream} ${id}`, now);
    }
    const seq = (this.seqs.get(stream) ?? 0) + 1;
    this.seqs.set(stream, seq);
    const header = (name: string) => headers[name];
    const message: StoredMessage = { stream, seq, subject, data, storedAtMs: now, headers, header };
    this.stored.push(message);
    for (const { spec, entries } of this.consumers.values())
      if (spec.stream === stream && (spec.filter === undefined || subjectMatches(spec.filter, subject)))
        entries.set(seq, { message, deliverAtMs: now, deliveries: 0, holders: [] });
    this.onStored(message);
    return 'stored';
  }

  private streamFor(subject: string): StreamName {
    let stream = this.streamOf.get(subject);
    if (stream === undefined) {
      const spec = STREAM_LIST.find((one) => one.subjects.some((filter) => subjectMatches(filter, subject)));
      if (spec === undefined) throw new Violation(`no stream takes ${subject}`);
      stream = spec.name as StreamName;
      this.streamOf.set(subject, stream);
    }
    return stream;
  }

  private deliver(consumer: Consumer, reader: Reader): void {
    const { world } = this;
    const now = world.nowMs;
    const ready = [...consumer.entries.values()].filter(
      (entry) => entry.holders.length === 0 && entry.deliverAtMs <= now,
    );
    if (ready.length > 1 && world.strikes('out of order')) ready.reverse();
    const batch = ready.slice(0, 1 + world.random.below(Math.min(ready.length, MAX_BATCH)));
    const isTwice = world.strikes('delivered twice');
    for (const entry of batch) {
      entry.deliveries++;
      if (!isTwice) entry.holders.push(reader.process);
    }
    reader.isBusy = true;
    const deliveries = batch.map(({ message, deliveries }): Delivery => ({ ...message, deliveries }));
    const settle = (i: number, kind: 'ack' | 'retry', delayMs: number) => {
      const entry = batch[i]!;
      entry.holders = entry.holders.filter((holder) => holder !== reader.process);
      if (kind === 'ack' && !world.strikes('ack lost')) consumer.entries.delete(entry.message.seq);
      else entry.deliverAtMs = world.nowMs + (kind === 'ack' ? ACK_WAIT_MS : delayMs);
    };
    const finish = (settlements: Awaited<ReturnType<BatchHandler>>) => {
      if (!reader.process.isAlive) return;
      reader.isBusy = false;
      for (const [i, settlement] of settlements.entries())
        settle(i, settlement.kind, settlement.kind === 'ack' ? 0 : settlement.delayMs);
    };
    reader
      .handler(deliveries)
      .then(finish, () => finish(batch.map(() => ({ kind: 'retry', delayMs: RETRY_AFTER_THROW_MS }))));
  }
}

const keyOf = ({ stream, durable, filter }: Durable) => `${stream}/${durable}/${filter ?? ''}`;

/** A message of a service as it is on the wire. */
export function sentOf(message: Outgoing): Sent {
  const headers: Record<string, string> = {
    [Header.Id]: message.id,
    [Header.Type]: message.type,
    [Header.Source]: message.source,
    [Header.Time]: message.time,
    [Header.MessageId]: messageId(message.id, message.sendNumber ?? 0),
    ...message.headers,
  };
  if (message.jobId !== undefined) headers[Header.Subject] = message.jobId;
  if (message.causationId !== undefined) headers[Header.CausationId] = message.causationId;
  if (message.traceparent !== undefined) headers[Header.Traceparent] = message.traceparent;
  return { subject: message.subject, data: Buffer.from(message.body), headers };
}
