import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
/** Bytes of a secret, by the Standard Webhooks specification. */
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** Reads a secret as the Standard Webhooks specification writes it: `whsec_` and base64. Throws RangeError. */
export function readWebhookSecret(text: string): Buffer {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  const secret = Buffer.from(encoded, 'base64');
  const isWhole = secret.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  if (!isWhole || secret.byteLength < LEAST_BYTES || secret.byteLength > MOST_BYTES)
    throw new RangeError(`is no secret: ${PREFIX} and the base64 of ${LEAST_BYTES} to ${MOST_BYTES} bytes`);
  return secret;
}

/**
 * The headers of a Standard Webhook: one signature for each secret, so that a receiver which knows either takes it while
 * they are exchanged. `atSec` is the time of this try in seconds since 1970; the id stays the same over all tries.
 */
export function signWebhook(
  { id, body, atSec }: { readonly id: string; readonly body: string; readonly atSec: number },
  secrets: readonly Buffer[],
): Readonly<Record<string, string>> {
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${atSec}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(atSec),
    'webhook-signature': signatures.join(' '),
  };
}
