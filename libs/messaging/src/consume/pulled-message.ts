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
  private headerBlock: string | undefined;

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
    const block = (this.headerBlock ??= headerBlockOf(this.message));
    const at = block.indexOf(`\r\n${name}:`);
    if (at < 0) return undefined;
    const from = at + name.length + 3;
    return block.slice(from, block.indexOf('\r\n', from)).trim();
  }
}

/** What the client keeps of a message as it was received. */
interface Received {
  readonly _rdata: Uint8Array;
  /** `hdr` is the length of the header block at the begin of the data, -1 without one. */
  readonly _msg: { readonly hdr: number };
}

/**
 * The header block as received, which ends with an empty line. The client would build a checked map of it, at several
 * times the cost of looking a few names up.
 */
function headerBlockOf(message: Msg): string {
  const { _rdata: data, _msg: about } = message as unknown as Received;
  return about.hdr > 0 ? Buffer.from(data.buffer, data.byteOffset, about.hdr).toString('utf8') : '';
}
