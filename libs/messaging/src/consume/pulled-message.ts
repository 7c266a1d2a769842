import type { Msg } from '@nats-io/transport-node';
import type { Delivery } from '../delivery.js';

const NANOS_PER_MS = 1_000_000;

/** A delivery with the address at which it is settled. */
export class PulledMessage implements Delivery {
  readonly stream: string;
  readonly seq: number;
  readonly storedAtMs: number;
  readonly deliveries: number;
  readonly subject: string;
  readonly data: Uint8Array;

  private constructor(
    private readonly message: Msg,
    readonly settleAt: string,
    about: { stream: string; deliveries: number; seq: number; storedAtMs: number },
  ) {
    this.stream = about.stream;
    this.seq = about.seq;
    this.deliveries = about.deliveries;
    this.storedAtMs = about.storedAtMs;
    this.subject = message.subject;
    this.data = message.data;
  }

  /** Undefined when the message does not come from a stream. */
  static of(message: Msg): PulledMessage | undefined {
    const settleAt = message.reply ?? '';
    const tokens = settleAt.split('.');
    if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return undefined;
    // Servers from 2.10 on may put the domain and the account before the stream: eleven tokens or more, not nine.
    const [stream, , deliveries, seq, , nanos] = tokens.slice(tokens.length === 9 ? 2 : 4);
    if (stream === undefined || nanos === undefined) return undefined;
    return new PulledMessage(message, settleAt, {
      stream,
      deliveries: Number(deliveries),
      seq: Number(seq),
      storedAtMs: Math.floor(Number(nanos) / NANOS_PER_MS),
    });
  }

  header(name: string): string | undefined {
    const headers = this.message.headers;
    return headers?.has(name) ? headers.get(name) : undefined;
  }
}
