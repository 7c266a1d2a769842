/** Why nobody was signed in, in the words that the console's own page knows. */
export const SignInFailure = {
  /** There is no attempt, or it took too long, or it was finished before. */
  NoAttempt: 'no_attempt',
  /** The issuer says no, or what came back is not what was asked for. */
  Refused: 'refused',
  /** The issuer knows them; here they are nobody, or have no role. */
  Unknown: 'unknown',
  /** The issuer does not answer as it should. */
  Unavailable: 'unavailable',
} as const;
export type SignInFailure = (typeof SignInFailure)[keyof typeof SignInFailure];

/** That nobody was signed in. The message is for the log; it repeats nothing that came with the request. */
export class SignInError extends Error {
  override readonly name = 'SignInError';

  constructor(
    readonly failure: SignInFailure,
    why: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(why, options);
  }
}
