import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^v0=[0-9a-f]{64}$/;
const SECONDS = /^[1-9]\d{0,11}$/;

/** A request that says it is signed. */
export interface SignedRequest {
  /** `X-Slack-Signature` and `X-Slack-Request-Timestamp`, each as it was sent; undefined unless it was sent once. */
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  readonly body: Uint8Array;
}

/**
 * The time, in seconds since 1970, that a request is signed for with a secret; undefined where it is not. Whether that
 * time is near, and whether it comes for the first time, is for who knows the time and what came before.
 */
export function signedAtSec(
  { signature, timestamp, body }: SignedRequest,
  secret: string,
): number | undefined {
  if (signature === undefined || timestamp === undefined) return undefined;
  if (!SIGNATURE.test(signature) || !SECONDS.test(timestamp)) return undefined;
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice('v0='.length), 'hex'))
    ? Number(timestamp)
    : undefined;
}
