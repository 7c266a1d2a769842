import { UserError } from '../user-error.js';

/** What looks like a credential: an API key, a signed token, a private key of the broker, a password in an address. */
const SECRETS = [
  /(?:^|[^0-9A-Za-z])cs_[0-9A-Za-z]{14}_[0-9A-Za-z]{16,}/,
  /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
  /(?:^|[^0-9A-Z])S[ANUOCX][0-9A-Z]{56}(?:[^0-9A-Z]|$)/,
  /^(?:--[a-z-]+=)?https?:\/\/[^/?#]*@/i,
];
/** Options that other programs have for secrets. */
const OPTIONS = /^--(?:key|api-?key|token|password|secret|auth|authorization|bearer)(?:=|$)/i;

/**
 * Refuses arguments that hold a secret: everybody on the machine sees them, and the shell keeps them. The message repeats
 * none. Throws a {@link UserError}.
 */
export function refuseSecrets(args: readonly string[]): void {
  if (!args.some((arg) => OPTIONS.test(arg) || SECRETS.some((secret) => secret.test(arg)))) return;
  throw new UserError(
    'a secret does not belong among the arguments, where every user of the machine can read it;' +
      ' put it into a file (--key-file) or into COUNTERSIGN_API_KEY, and revoke a key that was typed here',
  );
}
