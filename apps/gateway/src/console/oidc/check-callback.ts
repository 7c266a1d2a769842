import { createHash, timingSafeEqual } from 'node:crypto';
import type { Attempt } from './attempt.js';
import { SignInError, SignInFailure } from './sign-in-error.js';

/** What is known of the issuer that an attempt went to. */
export interface AskedIssuer {
  readonly signIn: string;
  readonly issuer: string;
  /** Whether it has said that it always names itself in its answers (RFC 9207). */
  readonly namesItself: boolean;
}

/** Codes of errors as RFC 6749, 4.1.2.1 has them: what else stands there is not repeated. */
const ERROR_CODE = /^[a-z_]{1,64}$/;
const LONGEST_CODE = 4096;

/**
 * The code of an answer that an issuer sent a browser back with. Throws {@link SignInError} when the answer is not that of
 * the attempt, of this browser, of this issuer. Members that nobody knows are none of our business (RFC 6749, 4.1.2).
 */
export function codeOfCallback(
  query: Readonly<Record<string, unknown>>,
  attempt: Attempt | undefined,
  asked: AskedIssuer,
): string {
  if (attempt === undefined)
    throw new SignInError(SignInFailure.NoAttempt, 'this browser has no attempt under way');
  const { state, iss, error, code } = query;
  if (attempt.signIn !== asked.signIn) throw refused('the answer came to the address of another issuer');
  if (typeof state !== 'string' || !isSame(state, attempt.state))
    throw refused('the state is not that of the attempt');
  // RFC 9700, 4.4: an issuer must not pass on an answer that another one was asked for.
  if (iss === undefined ? asked.namesItself : iss !== asked.issuer)
    throw refused('the answer is not from the issuer that was asked');
  if (error !== undefined)
    throw refused(
      `the issuer says no: ${typeof error === 'string' && ERROR_CODE.test(error) ? error : 'no code'}`,
    );
  if (typeof code !== 'string' || code === '' || code.length > LONGEST_CODE)
    throw refused('the answer has no code');
  return code;
}

/** Takes as long for every text. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

const refused = (why: string) => new SignInError(SignInFailure.Refused, why);
