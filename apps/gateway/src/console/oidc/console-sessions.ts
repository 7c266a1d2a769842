import { readNamedSecret } from '@countersign/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { ApiError } from '../../http/problem.js';
import { HTTP_SETTINGS, type HttpSettings } from '../../settings/http-settings.js';
import type { Attempt } from './attempt.js';
import { endCookies, readCookie, setCookies, type CookieRule } from './cookies.js';
import { requireOwnPage } from './own-page.js';
import { Seal } from './seal.js';

type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/** How long somebody may take at the issuer, in seconds. */
const ATTEMPT_SEC = 600;

/** What browsers keep, sealed, of people who sign in by an issuer. The gateway itself keeps nothing of them. */
@Injectable()
export class ConsoleSessions {
  private readonly seal: Seal;
  private readonly session: CookieRule;
  private readonly attempt: CookieRule;

  constructor(@Inject(HTTP_SETTINGS) private readonly settings: Pick<HttpSettings, 'console'>) {
    const { origin = '', sessionKeyFile } = settings.console;
    this.seal = new Seal(sessionKeyFile === undefined ? undefined : secretOf(sessionKeyFile));
    const isSecure = origin.startsWith('https:');
    this.session = { name: 'session', sameSite: 'Strict', isSecure };
    // The issuer sends browsers back: with what another site has begun a strict cookie would not come.
    this.attempt = { name: 'sign-in', sameSite: 'Lax', isSecure };
  }

  /** `Set-Cookie` of an attempt that begins. */
  async begin(attempt: Attempt): Promise<string[]> {
    const text = await this.seal.close('attempt', { ...attempt }, nowSec() + ATTEMPT_SEC);
    return setCookies(this.attempt, text, ATTEMPT_SEC);
  }

  /** The attempt that a browser has under way. */
  async attemptOf(headers: Headers): Promise<Attempt | undefined> {
    const text = readCookie(headers, this.attempt);
    const claims = text === undefined ? undefined : await this.seal.open('attempt', text);
    return claims as Attempt | undefined;
  }

  /** `Set-Cookie` that ends the attempt: each is good for one answer. */
  endAttempt(): string[] {
    return endCookies(this.attempt);
  }

  /** `Set-Cookie` of a session with a token that holds; it ends with the token, or when a session is over anyhow. */
  async start(token: string): Promise<string[]> {
    const now = nowSec();
    const until = Math.min(decodeJwt(token).exp ?? now, now + this.settings.console.sessionMaxSec);
    return setCookies(this.session, await this.seal.close('session', { token }, until), until - now);
  }

  /** `Set-Cookie` that ends the session. Throws `foreign_origin` when a page of another site asks for it. */
  end(headers: Headers): string[] {
    requireOwnPage(headers, this.settings.console.origin ?? '');
    return endCookies(this.session);
  }

  /**
   * The token of a request's session; undefined where there is no session, or nobody can sign in. Throws
   * `invalid_credentials` for a session that is over, and `foreign_origin` when a page of another site has sent it.
   */
  async tokenOf(headers: Headers): Promise<string | undefined> {
    const { origin, signIns } = this.settings.console;
    if (signIns.length === 0 || origin === undefined) return undefined;
    const text = readCookie(headers, this.session);
    if (text === undefined) return undefined;
    requireOwnPage(headers, origin);
    const token = (await this.seal.open('session', text))?.['token'];
    if (typeof token !== 'string') throw new ApiError('invalid_credentials', 'The session is over.');
    return token;
  }
}

const nowSec = () => Math.floor(Date.now() / 1000);

/** A file of at least 32 random bytes in base64. */
const secretOf = (file: string) => Buffer.from(readNamedSecret(file), 'base64');
