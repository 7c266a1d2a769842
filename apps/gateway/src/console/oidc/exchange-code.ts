import type { SignInSettings } from '../console-settings.js';
import { askIssuer } from './ask-issuer.js';
import type { IssuerMetadata } from './issuer-metadata.js';
import { SignInError, SignInFailure } from './sign-in-error.js';

/** What a code was exchanged for. */
export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string | undefined;
}

/** A code, and the proof that we are who has asked for it. */
export interface CodeOf {
  readonly code: string;
  readonly verifier: string;
}

/** Exchanges a code for tokens (RFC 6749, 4.1.3). Throws {@link SignInError}. */
export async function exchangeCode(
  { tokenEndpoint, clientAuth }: IssuerMetadata,
  { clientId, redirectUri }: SignInSettings,
  secret: string | undefined,
  { code, verifier }: CodeOf,
): Promise<Tokens> {
  const isBasic = secret !== undefined && clientAuth === 'client_secret_basic';
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...(isBasic ? {} : { client_id: clientId }),
    ...(isBasic || secret === undefined ? {} : { client_secret: secret }),
  });
  const { status, members } = await askIssuer(tokenEndpoint, {
    method: 'POST',
    body,
    headers: isBasic ? { authorization: basic(clientId, secret) } : {},
  });
  if (status !== 200)
    throw new SignInError(
      status >= 500 ? SignInFailure.Unavailable : SignInFailure.Refused,
      `the issuer answers ${status} to the code`,
    );
  const { id_token: idToken, access_token: accessToken } = members;
  if (typeof idToken !== 'string')
    throw new SignInError(
      SignInFailure.Refused,
      'the issuer gives no ID token: does the client ask for openid?',
    );
  return { idToken, accessToken: typeof accessToken === 'string' ? accessToken : undefined };
}

/** RFC 6749, 2.3.1: both are encoded as in forms first. */
function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
