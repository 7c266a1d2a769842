import { jwtVerify, type JWTVerifyGetKey } from 'jose';
import { ApiError } from '../../http/problem.js';
import type { SignInSettings } from '../console-settings.js';
import { SignInError, SignInFailure } from './sign-in-error.js';

/**
 * Verifies an ID token as OpenID Connect Core, 3.1.3.7 says: signature, issuer, audience, time, and that it was made for
 * the attempt that has the nonce. Throws {@link SignInError}, or what the keys throw when they can't be had.
 */
export async function verifyIdToken(
  token: string,
  { issuer, clientId }: SignInSettings,
  keys: JWTVerifyGetKey,
  nonce: string,
): Promise<void> {
  const { payload } = await jwtVerify(token, keys, {
    issuer: issuer.issuer,
    audience: clientId,
    algorithms: [...issuer.algorithms],
    clockTolerance: issuer.clockToleranceSec,
    requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
  }).catch((cause: unknown) => {
    // That the keys can't be had is no fault of the token.
    if (cause instanceof ApiError) throw cause;
    throw new SignInError(SignInFailure.Refused, 'the ID token does not hold', { cause });
  });
  if (payload['nonce'] !== nonce) throw refused('the nonce is not that of the attempt');
  const { azp, aud } = payload;
  // For several, or for one that another client has asked for, somebody has to be named, and it has to be us.
  if (azp === undefined ? Array.isArray(aud) && aud.length > 1 : azp !== clientId)
    throw refused('the ID token was made for another client');
}

const refused = (why: string) => new SignInError(SignInFailure.Refused, why);
