import { Inject, Injectable, Logger } from '@nestjs/common';
import { CodedError } from '@countersign/kernel';
import { readNamedSecret } from '@countersign/messaging';
import type { JWTVerifyGetKey } from 'jose';
import { ApiError } from '../../http/problem.js';
import { TokenVerifier } from '../../identity/tokens/token-verifier.js';
import { verificationKeys } from '../../identity/tokens/verification-keys.js';
import { HTTP_SETTINGS, type HttpSettings } from '../../settings/http-settings.js';
import type { SignInSettings } from '../console-settings.js';
import { authorizationUrl, newAttempt, type Attempt } from './attempt.js';
import { codeOfCallback } from './check-callback.js';
import { ConsoleSessions } from './console-sessions.js';
import { exchangeCode, type Tokens } from './exchange-code.js';
import { discover, type IssuerMetadata } from './issuer-metadata.js';
import { SignInError, SignInFailure } from './sign-in-error.js';
import { verifyIdToken } from './verify-id-token.js';

type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/** Where a browser is sent, and what it is to keep. */
export interface SentOn {
  readonly location: string;
  readonly cookies: readonly string[];
}

/** Metadata are asked for again when they are this old, in milliseconds. */
const METADATA_AGE_MS = 600_000;
/** After a failure an issuer is left alone, in milliseconds: anybody can ask to be signed in. */
const FAILURE_COOLDOWN_MS = 5_000;

interface Client {
  readonly settings: SignInSettings;
  readonly secret: string | undefined;
  readonly keys: JWTVerifyGetKey;
  metadata?: { readonly known: IssuerMetadata; readonly at: number };
  failedAt?: number;
}

/** Signs people in at the console by an issuer: Authorization Code with PKCE, the tokens never in reach of a page. */
@Injectable()
export class SignInHandler {
  private readonly logger = new Logger('gateway sign-in');
  private readonly clients: ReadonlyMap<string, Client>;

  constructor(
    @Inject(HTTP_SETTINGS) settings: Pick<HttpSettings, 'console'>,
    private readonly sessions: ConsoleSessions,
    private readonly tokens: TokenVerifier,
  ) {
    this.clients = new Map(settings.console.signIns.map((signIn) => [signIn.id, clientOf(signIn)]));
  }

  /** The ways to sign in. */
  get options(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.clients.values()].map(({ settings: { id, name } }) => ({ id, name }));
  }

  /** Sends a browser to an issuer. Throws `not_found` for one that is none. */
  async start(id: string, to: unknown): Promise<SentOn> {
    const client = this.client(id);
    return this.orSayWhy(id, [], async () => {
      const attempt = newAttempt(id, to);
      const { authorizationEndpoint } = await this.metadataOf(client);
      const location = authorizationUrl(authorizationEndpoint, client.settings, attempt);
      return { location, cookies: await this.sessions.begin(attempt) };
    });
  }

  /** Takes a browser that comes back from an issuer. Throws `not_found` for one that is none. */
  async finish(id: string, query: Readonly<Record<string, unknown>>, headers: Headers): Promise<SentOn> {
    const client = this.client(id);
    const ended = this.sessions.endAttempt();
    return this.orSayWhy(id, ended, async () => {
      const attempt = await this.sessions.attemptOf(headers);
      const token = await this.tokenFor(client, query, attempt);
      return { location: attempt?.to ?? '/', cookies: [...ended, ...(await this.sessions.start(token))] };
    });
  }

  private async tokenFor(
    client: Client,
    query: Readonly<Record<string, unknown>>,
    attempt: Attempt | undefined,
  ): Promise<string> {
    const { settings, secret, keys } = client;
    const metadata = await this.metadataOf(client);
    const asked = {
      signIn: settings.id,
      issuer: settings.issuer.issuer,
      namesItself: metadata.namesItself,
    };
    const code = codeOfCallback(query, attempt, asked);
    const { verifier = '', nonce = '' } = attempt ?? {};
    const tokens = await exchangeCode(metadata, settings, secret, { code, verifier });
    await verifyIdToken(tokens.idToken, settings, keys, nonce);
    return this.knownToken(tokens, settings);
  }

  /** The token that the API takes as well: whoever it lets in nowhere else it does not let in here. */
  private async knownToken({ idToken, accessToken }: Tokens, { token }: SignInSettings): Promise<string> {
    const chosen = token === 'id_token' ? idToken : accessToken;
    if (chosen === undefined)
      throw new SignInError(SignInFailure.Refused, 'the issuer gives no access token');
    const { roles } = await this.tokens.identify(chosen).catch((cause: unknown) => {
      if (cause instanceof CodedError && cause.code !== 'invalid_credentials') throw cause;
      throw new SignInError(SignInFailure.Unknown, `the API does not take the ${token}`, { cause });
    });
    if (roles.length === 0) throw new SignInError(SignInFailure.Unknown, 'the token has no role here');
    return chosen;
  }

  private client(id: string): Client {
    const client = this.clients.get(id);
    if (client === undefined) throw new ApiError('not_found', 'There is no such way to sign in.');
    return client;
  }

  private async metadataOf(client: Client): Promise<IssuerMetadata> {
    const now = performance.now();
    const { metadata, failedAt = -Infinity } = client;
    if (metadata !== undefined && now - metadata.at <= METADATA_AGE_MS) return metadata.known;
    if (now - failedAt < FAILURE_COOLDOWN_MS)
      throw new SignInError(SignInFailure.Unavailable, 'the issuer did not answer a moment ago');
    try {
      const known = await discover(client.settings.issuer.issuer);
      client.metadata = { known, at: now };
      return known;
    } catch (error) {
      client.failedAt = now;
      throw error;
    }
  }

  /** What went wrong is for the log; a browser is sent to the page that says what to do. */
  private async orSayWhy(
    id: string,
    cookies: readonly string[],
    signIn: () => Promise<SentOn>,
  ): Promise<SentOn> {
    try {
      return await signIn();
    } catch (error) {
      const failure = failureOf(error);
      this.logger.warn({ message: 'nobody was signed in', sign_in: id, failure, why: wordsOf(error) });
      return { location: `/?sign_in=${failure}`, cookies };
    }
  }
}

function clientOf(settings: SignInSettings): Client {
  const { clientSecretFile: file, issuer } = settings;
  return {
    settings,
    secret: file === undefined ? undefined : readNamedSecret(file),
    keys: verificationKeys(issuer.keys),
  };
}

/** Throws what is no failure of signing in. */
function failureOf(error: unknown): SignInFailure {
  if (error instanceof SignInError) return error.failure;
  if (error instanceof CodedError && error.code === 'identity_unavailable') return SignInFailure.Unavailable;
  throw error;
}

/** Why, and the name of what is behind it: messages of parsers repeat what an issuer has sent. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return `${error.message} (${'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name})`;
}
