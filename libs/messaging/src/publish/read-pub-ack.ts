import type { Msg } from '@nats-io/transport-node';
import type { PublishOutcome } from '../outgoing.js';

/** What the broker answered to one publish, and its reason when it refused. */
export interface PubAckReading {
  readonly outcome: PublishOutcome;
  readonly reason?: string;
}

/** Reads a publish acknowledgement. Anything but a clear yes is `failed`. */
export function readPubAck(message: Msg): PubAckReading {
  const data = message.data;
  if (data.length === 0)
    return {
      outcome: 'failed',
      reason: message.headers?.code === 503 ? 'no stream takes it' : 'empty answer',
    };
  let answer: { seq?: unknown; duplicate?: unknown; error?: { description?: unknown } };
  try {
    answer = JSON.parse(
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(),
    ) as typeof answer;
  } catch {
    return { outcome: 'failed', reason: 'unreadable answer' };
  }
  if (answer.error) return { outcome: 'failed', reason: String(answer.error.description) };
  if (typeof answer.seq !== 'number') return { outcome: 'failed', reason: 'unreadable answer' };
  return { outcome: answer.duplicate === true ? 'duplicate' : 'stored' };
}
