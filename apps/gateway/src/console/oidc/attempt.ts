import { createHash, randomBytes } from 'node:crypto';
import type { SignInSettings } from '../console-settings.js';

/** What a browser keeps, sealed, while its user is at the issuer. */
export interface Attempt {
  readonly signIn: string;
  /** Binds the answer to this browser (RFC 6749, 10.12). */
  readonly state: string;
  /** Binds the ID token to this attempt (OpenID Connect Core, 3.1.2.1). */
  readonly nonce: string;
  /** Binds the code to whoever has asked for it (RFC 7636). */
  readonly verifier: string;
  /** The page to go on with. */
  readonly to: string;
}

/** 256 bits in 43 characters: also the shortest verifier that RFC 7636 takes. */
const RANDOM_BYTES = 32;
/** A page of the console, and nothing that a browser could take for another host. */
const PAGE = /^\/(?:[A-Za-z0-9_~.-]+(?:\/[A-Za-z0-9_~.-]+)*)?$/;
const LONGEST_PAGE = 200;

/** A new attempt. `to` counts only when it is a page of the console. */
export function newAttempt(signIn: string, to: unknown): Attempt {
  const random = () => randomBytes(RANDOM_BYTES).toString('base64url');
  return { signIn, state: random(), nonce: random(), verifier: random(), to: pageOf(to) };
}

function pageOf(to: unknown): string {
  return typeof to === 'string' && to.length <= LONGEST_PAGE && PAGE.test(to) ? to : '/';
}

/** Where the browser is sent: the issuer's own address with the question (RFC 6749, 4.1.1; RFC 7636, 4.3). */
export function authorizationUrl(
  endpoint: string,
  { clientId, redirectUri, scope }: SignInSettings,
  { state, nonce, verifier }: Attempt,
): string {
  const url = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
  };
  // What the endpoint has in its query stays (RFC 6749, 3.1), but can't say anything else in our place.
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** RFC 7636, 4.2. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
