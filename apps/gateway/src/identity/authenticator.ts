import { Inject, Injectable } from '@nestjs/common';
import { ConsoleSessions } from '../console/oidc/console-sessions.js';
import { ApiError } from '../http/problem.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import { KEY_PREFIX } from './api-keys/key-text.js';
import { ApiKeys } from './api-keys/api-keys.js';
import type { Caller } from './caller.js';
import { localCallerOf, type RequestOrigin } from './local-caller.js';
import { LocalTrust } from './local-trust.js';
import type { Side } from './routes.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** RFC 6750: one blank, and a token of the characters of base64 and its URL form. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i;

/** Finds out who makes a request: by an API key, by a token of a known issuer, sent or in the session of a browser, or by coming from this machine. */
@Injectable()
export class Authenticator {
  constructor(
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
    private readonly trust: LocalTrust,
    private readonly keys: ApiKeys,
    private readonly tokens: TokenVerifier,
    private readonly sessions: ConsoleSessions,
  ) {}

  /**
   * The caller of a request; `side` is who it would be on loopback without credentials. Throws `unauthenticated`,
   * `invalid_credentials`, `foreign_origin`, or `identity_unavailable` when nobody can say.
   */
  async identify(origin: RequestOrigin, side: Side): Promise<Caller> {
    const sent = origin.headers['authorization'];
    // Credentials that don't hold never make anybody a local caller.
    if (sent === undefined) {
      const ofSession = await this.sessions.tokenOf(origin.headers);
      return ofSession === undefined ? this.identifyLocal(origin, side) : this.tokens.identify(ofSession);
    }
    const token = BEARER.exec(sent.length === 1 ? sent[0]! : '')?.[1];
    if (token === undefined)
      throw new ApiError('invalid_credentials', 'Authorization must be sent once, as Bearer and a token.');
    return token.startsWith(KEY_PREFIX) ? this.keys.identify(token) : this.tokens.identify(token);
  }

  private async identifyLocal(origin: RequestOrigin, side: Side): Promise<Caller> {
    if (!(await this.trust.isGiven()))
      throw new ApiError('unauthenticated', 'Send an API key or a token: Authorization: Bearer.');
    if (origin.remoteAddress !== undefined && this.settings.proxies.has(origin.remoteAddress))
      throw new ApiError('unauthenticated', 'Who comes through a proxy is no local caller.');
    return localCallerOf(origin, side);
  }
}
