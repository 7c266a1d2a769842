import { isSafe } from '../console-settings.js';
import { askIssuer } from './ask-issuer.js';
import { SignInError, SignInFailure } from './sign-in-error.js';

/** What an issuer says of itself (OpenID Connect Discovery, 3), as far as signing in needs it. */
export interface IssuerMetadata {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Whether its answers always have `iss` (RFC 9207). */
  readonly namesItself: boolean;
  /** How a client with a secret shows it to the token endpoint. */
  readonly clientAuth: 'client_secret_basic' | 'client_secret_post';
}

/** Asks an issuer for its metadata. Throws {@link SignInError} `unavailable`, also when they are not its own or not usable. */
export async function discover(issuer: string): Promise<IssuerMetadata> {
  const { status, members } = await askIssuer(
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  );
  if (status !== 200) throw unusable(`the issuer answers ${status} when asked for its metadata`);
  return readMetadata(members, issuer);
}

/** Checks metadata. */
export function readMetadata(members: Readonly<Record<string, unknown>>, issuer: string): IssuerMetadata {
  // Discovery, 4.3: else whoever can be reached at the address speaks for somebody else.
  if (members['issuer'] !== issuer) throw unusable('the metadata are of another issuer');
  const methods = members['code_challenge_methods_supported'];
  if (Array.isArray(methods) && !methods.includes('S256')) throw unusable('the issuer takes no S256');
  return {
    authorizationEndpoint: endpoint(members, 'authorization_endpoint'),
    tokenEndpoint: endpoint(members, 'token_endpoint'),
    namesItself: members['authorization_response_iss_parameter_supported'] === true,
    clientAuth: clientAuthOf(members['token_endpoint_auth_methods_supported']),
  };
}

function endpoint(members: Readonly<Record<string, unknown>>, name: string): string {
  const value = members[name];
  if (typeof value !== 'string' || !URL.canParse(value) || !isSafe(new URL(value)))
    throw unusable(`${name} is no https address`);
  return value;
}

/** Unless it says otherwise an issuer takes the first (Discovery, 3). */
function clientAuthOf(methods: unknown): IssuerMetadata['clientAuth'] {
  const isPostAlone =
    Array.isArray(methods) &&
    methods.includes('client_secret_post') &&
    !methods.includes('client_secret_basic');
  return isPostAlone ? 'client_secret_post' : 'client_secret_basic';
}

const unusable = (why: string) => new SignInError(SignInFailure.Unavailable, why);
