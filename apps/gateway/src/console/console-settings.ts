import { isLoopbackHost } from '@countersign/service-kit';
import type { IssuerSettings } from '../identity/tokens/issuer.js';
import type { ConsoleFile, SignInFile } from './console-file.js';

/** Which of an issuer's tokens a session is made of: the one that the API would take as a credential as well. */
export type SessionToken = 'access_token' | 'id_token';

/** A client of an issuer, by which people sign in at the console. */
export interface SignInSettings {
  /** Its name in addresses. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  readonly issuer: IssuerSettings;
  readonly clientId: string;
  /** Without one it is a public client. */
  readonly clientSecretFile: string | undefined;
  readonly scope: string;
  readonly token: SessionToken;
  /** The one address that the issuer sends people back to. Each client has its own: no answer is taken for another's. */
  readonly redirectUri: string;
}

/** Where the console is for browsers, and how people sign in there. */
export interface ConsoleSettings {
  /** Scheme, host and port; undefined where nobody signs in by an issuer. */
  readonly origin: string | undefined;
  /** Where a trace can be looked at, with `{trace_id}` in it. */
  readonly tracesUrl: string | undefined;
  readonly sessionKeyFile: string | undefined;
  readonly sessionMaxSec: number;
  readonly signIns: readonly SignInSettings[];
}

/** How long a session lasts at most, in seconds, whatever its token says: a working day. */
const DEFAULT_SESSION_SEC = 12 * 3600;
/** Where issuers send people back to, below the console's own address. */
export const SIGN_IN_PATH = '/api/v1/console/sign-in';
/** What stands for the id of a trace in an address. */
export const TRACE_ID = '{trace_id}';

/** Checks the settings of the console. Throws with the member to blame. */
export function readConsoleSettings(
  file: ConsoleFile = {},
  issuers: readonly IssuerSettings[] = [],
): ConsoleSettings {
  const { sign_in: signIns = [], traces_url: tracesUrl } = file;
  const origin = file.url === undefined ? undefined : originOf(file.url);
  if (signIns.length > 0 && origin === undefined) throw refusal('url', 'is wanted where people sign in');
  if (new Set(signIns.map(({ id }) => id)).size < signIns.length) throw refusal('sign_in', 'has an id twice');
  if (tracesUrl !== undefined && !isTracesUrl(tracesUrl))
    throw refusal('traces_url', `must be http or https, with ${TRACE_ID} in it`);
  return {
    origin,
    tracesUrl,
    sessionKeyFile: file.session_key_file,
    sessionMaxSec: file.session_max_sec ?? DEFAULT_SESSION_SEC,
    signIns: signIns.map((signIn) => signInOf(signIn, origin ?? '', issuers)),
  };
}

function signInOf(file: SignInFile, origin: string, issuers: readonly IssuerSettings[]): SignInSettings {
  const issuer = issuers.find((known) => known.issuer === file.issuer);
  if (issuer === undefined) throw refusal('sign_in', `names ${file.issuer}, which is none of the issuers`);
  requireSafe(file.issuer, 'sign_in');
  return {
    id: file.id,
    name: file.name,
    issuer,
    clientId: file.client_id,
    clientSecretFile: file.client_secret_file,
    scope: [...new Set(['openid', ...(file.scope ?? '').split(' ')])].filter(Boolean).join(' '),
    token: file.token ?? 'access_token',
    redirectUri: `${origin}${SIGN_IN_PATH}/${file.id}/callback`,
  };
}

function originOf(text: string): string {
  const url = requireSafe(text, 'url');
  if (text !== url.origin && text !== `${url.origin}/`)
    throw refusal('url', 'is more than a scheme, a host and a port');
  return url.origin;
}

/** An address whose traffic nobody on the way reads or changes: https, or this machine. */
function requireSafe(text: string, member: string): URL {
  if (!URL.canParse(text) || !isSafe(new URL(text))) throw refusal(member, 'must be https, or loopback');
  return new URL(text);
}

/** Whether what is sent to an address stays between its ends. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname.replace(/^\[(.*)\]$/, '$1')))
  );
}

const isTracesUrl = (text: string) =>
  /^https?:\/\//.test(text) && text.includes(TRACE_ID) && URL.canParse(text.replace(TRACE_ID, 'a'));

const refusal = (member: string, why: string) => new RangeError(`console/${member} ${why}`);
