import { CodedError, fault } from '@countersign/kernel';
import { errors, headers as makeHeaders, RequestError } from '@nats-io/transport-node';
import type { Connection } from '../connection.js';
import { jsonOf } from './json-of.js';

/** How long an answer is awaited when the caller says nothing, in milliseconds. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Sends a request and gives its JSON answer. Throws `CodedError('timeout')` when nothing came back in time and
 * `CodedError('unavailable')` when nobody answers there, the answer is unreadable or the broker is away.
 */
export async function sendRequest(
  connection: Connection,
  subject: string,
  body: unknown,
  timeoutMs = REQUEST_TIMEOUT_MS,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  if (!connection.isConnected) throw new CodedError('unavailable', 'the broker is away');
  const block = makeHeaders();
  for (const [name, value] of Object.entries(headers)) block.set(name, value);
  try {
    fault('bus.before-request', subject);
    const answer = await connection.nats.request(subject, JSON.stringify(body), {
      timeout: timeoutMs,
      headers: block,
    });
    fault('bus.after-request', subject);
    return jsonOf(answer.data);
  } catch (cause) {
    // The client wraps a late answer in a RequestError only sometimes.
    const late =
      cause instanceof errors.TimeoutError ||
      (cause instanceof RequestError && cause.cause instanceof errors.TimeoutError);
    if (late) throw new CodedError('timeout', `no answer to ${subject} within ${timeoutMs} ms`, { cause });
    throw new CodedError('unavailable', `nobody answers ${subject}`, { cause });
  }
}
