import { Inject, Injectable } from '@nestjs/common';
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { ApiError } from '../../http/problem.js';
import { HTTP_SETTINGS, type HttpSettings } from '../../settings/http-settings.js';
import type { Caller } from '../caller.js';
import { callerOfClaims } from './caller-of-claims.js';
import type { IssuerSettings } from './issuer.js';
import { verificationKeys } from './verification-keys.js';

interface KnownIssuer {
  readonly settings: IssuerSettings;
  readonly keys: JWTVerifyGetKey;
}

/** The callers known by a token (JWT) of an issuer. */
@Injectable()
export class TokenVerifier {
  private readonly issuers: ReadonlyMap<string, KnownIssuer>;

  constructor(@Inject(HTTP_SETTINGS) { issuers }: Pick<HttpSettings, 'issuers'>) {
    this.issuers = new Map(
      issuers.map((settings) => [settings.issuer, { settings, keys: verificationKeys(settings.keys) }]),
    );
  }

  /**
   * Throws `invalid_credentials` for a token that is none, of nobody known, for somebody else or past its time, and
   * `identity_unavailable` when the issuer's keys can't be had: nobody is let in, and nobody told that they are wrong.
   */
  async identify(token: string): Promise<Caller> {
    const issuer = this.issuers.get(claimedIssuer(token));
    if (!issuer) throw new ApiError('invalid_credentials', 'The credentials are of nobody known here.');
    return callerOfClaims(await verified(token, issuer), issuer.settings);
  }
}

/** The claims of a token whose signature, issuer, audience and time hold. */
async function verified(token: string, { settings, keys }: KnownIssuer): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: settings.issuer,
      audience: [...settings.audience],
      algorithms: [...settings.algorithms],
      clockTolerance: settings.clockToleranceSec,
      // Without an end a stolen token is good for ever.
      requiredClaims: ['exp', ...settings.requiredClaims],
      ...(settings.maxAgeSec === undefined ? {} : { maxTokenAge: settings.maxAgeSec }),
      ...(settings.type === undefined ? {} : { typ: settings.type }),
    });
    return payload;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (!(error instanceof errors.JOSEError))
      throw new ApiError('identity_unavailable', 'the key of the issuer verifies nothing', { cause: error });
    const why = error instanceof errors.JWTExpired ? 'has expired' : 'does not hold';
    throw new ApiError('invalid_credentials', `The token ${why}.`, { cause: error });
  }
}

/** Who a token says has issued it: only where to look for the keys that must prove it. */
function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    return '';
  }
}
