import { CodedError } from '@countersign/kernel';
import type { Connection } from '../connection.js';
import { jsonOf } from '../request/json-of.js';

/** The part of a consumer's configuration that the contract decides. Durations are nanoseconds. */
export interface ConsumerReading {
  readonly durable_name?: string;
  readonly filter_subject?: string;
  readonly ack_policy?: string;
  readonly deliver_policy?: string;
  readonly deliver_subject?: string;
  readonly ack_wait?: number;
  readonly max_deliver?: number;
  readonly max_ack_pending?: number;
}

const INFO_TIMEOUT_MS = 5_000;
const CONSUMER_NOT_FOUND = 10014;
const STREAM_NOT_FOUND = 10059;

/**
 * Reads a consumer as the broker has it; undefined when there is none. Needs no right but on this consumer's info.
 * Throws `CodedError('unavailable')` when the broker gives no usable answer.
 */
export async function readConsumer(
  connection: Connection,
  consumer: { readonly stream: string; readonly durable: string },
): Promise<ConsumerReading | undefined> {
  const subject = `${connection.apiPrefix}.CONSUMER.INFO.${consumer.stream}.${consumer.durable}`;
  let answer: { config?: ConsumerReading; error?: { err_code?: number; description?: string } };
  try {
    const message = await connection.nats.request(subject, '', { timeout: INFO_TIMEOUT_MS });
    answer = jsonOf(message.data) as typeof answer;
  } catch (cause) {
    throw new CodedError('unavailable', `consumer ${consumer.stream}/${consumer.durable} cannot be read`, {
      cause,
    });
  }
  const code = answer.error?.err_code;
  if (code === CONSUMER_NOT_FOUND || code === STREAM_NOT_FOUND) return undefined;
  if (!answer.config)
    throw new CodedError(
      'unavailable',
      `consumer ${consumer.stream}/${consumer.durable} cannot be read: ${answer.error?.description ?? 'no configuration'}`,
    );
  return answer.config;
}
