import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { ApiError } from '../../http/problem.js';
import type { IssuerSettings } from './issuer.js';

/** How long the issuer may take to answer, in milliseconds: shorter than a caller waits. */
const TIMEOUT_MS = 3_000;
/** Keys are asked for again when they are this old, in milliseconds; older ones verify nothing. */
const MAX_AGE_MS = 600_000;
/** An unknown key makes the issuer be asked again, this often at most, in milliseconds: anybody can make up key ids. */
const COOLDOWN_MS = 30_000;
/** After a failure the issuer is left alone, in milliseconds: each request would else wait for it to fail again. */
const FAILURE_COOLDOWN_MS = 5_000;
/** Largest key set that is read, in bytes. */
const MAX_BYTES = 256 * 1024;

/** What of a token's header or signature is wrong, as opposed to the keys not being there. */
const FAULTS_OF_TOKENS = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
] as const;

/** The keys that verify an issuer's tokens. What it gives throws `identity_unavailable` while they can't be had. */
export function verificationKeys(
  keys: IssuerSettings['keys'],
  {
    fetch: request = fetch,
    now = () => performance.now(),
  }: { fetch?: typeof fetch; now?: () => number } = {},
): JWTVerifyGetKey {
  if ('set' in keys) return createLocalJWKSet(keys.set);
  let leftAloneUntil = -Infinity;
  const remote = createRemoteJWKSet(keys.url, {
    timeoutDuration: TIMEOUT_MS,
    cacheMaxAge: MAX_AGE_MS,
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: async (url, options) => {
      if (now() < leftAloneUntil) throw new Error('the issuer did not give its keys a moment ago');
      try {
        return await limited(await request(url, options));
      } catch (error) {
        leftAloneUntil = now() + FAILURE_COOLDOWN_MS;
        throw error;
      }
    },
  });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (FAULTS_OF_TOKENS.some((fault) => error instanceof fault)) throw error;
      throw new ApiError('identity_unavailable', 'the keys of the issuer cannot be had', { cause: error });
    }
  };
}

/** The same answer, read in full. Throws when it is larger than a key set ever is, or no success. */
async function limited(response: Response): Promise<Response> {
  if (response.status !== 200) throw new Error(`the issuer answered ${response.status}`);
  const body: AsyncIterable<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`the issuer's keys are larger than ${MAX_BYTES} bytes`);
  }
  return new Response(Buffer.concat(chunks), { status: 200 });
}
