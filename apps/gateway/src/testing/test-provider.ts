import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestIssuer } from './test-issuer.js';

/** The client that a provider knows. */
export const CLIENT = { id: 'countersign-console', secret: 'hush: hush & more' } as const;

/** How a provider misbehaves. */
export interface Misbehaviour {
  /** Claims of the ID token and of the access token that are other ones. */
  readonly idToken?: object;
  readonly accessToken?: object;
  /** Who its answers say they are from; null for nobody. */
  readonly iss?: string | null;
  /** Members of its metadata that are other ones. */
  readonly metadata?: object;
  /** What is answered in the place of tokens. */
  readonly tokens?: { readonly status: number; readonly body: string };
}

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

/** A provider of OpenID Connect on loopback: a page to sign in at, and tokens for codes, each once. */
export class TestProvider {
  misbehaviour: Misbehaviour = {};
  /** How often it was asked for its metadata. */
  discovered = 0;
  private readonly grants = new Map<string, Grant>();

  private constructor(
    private readonly server: Server,
    private readonly issuer: TestIssuer,
    private readonly host: string,
  ) {}

  /** `host` is its name as well: browsers take `localhost` and `127.0.0.1` for two sites. */
  static async start(host = '127.0.0.1'): Promise<TestProvider> {
    const server = createServer();
    const provider = new TestProvider(server, await TestIssuer.start(), host);
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', provider.url);
      const json = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (pathname === '/.well-known/openid-configuration') json(200, provider.metadata());
      else if (pathname === '/authorize')
        response.writeHead(200, { 'content-type': 'text/html' }).end(signInPage(searchParams));
      else if (pathname === '/agree')
        response.writeHead(302, { location: provider.grant(searchParams) }).end();
      else if (pathname === '/token')
        void provider
          .redeem(request)
          .then(({ status, body }) =>
            response.writeHead(status, { 'content-type': 'application/json' }).end(body),
          );
      else json(404, {});
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return provider;
  }

  /** Its address, and its name in tokens. */
  get url(): string {
    return `http://${this.host}:${(this.server.address() as AddressInfo).port}`;
  }

  /** The settings of a gateway at which people sign in by it; `signIn` has members that are other ones. */
  settings(consoleUrl: string, secretFile: string, signIn: object = {}): object {
    const client = {
      id: 'local',
      name: 'Example',
      issuer: this.url,
      client_id: CLIENT.id,
      client_secret_file: secretFile,
      ...signIn,
    };
    return {
      ...this.issuer.settings({ issuer: this.url }),
      console: { url: consoleUrl, sign_in: [client] },
    };
  }

  /** What a browser does whose user agrees: gives the address that it is sent back to. */
  async agree(location: string): Promise<string> {
    const url = new URL(location);
    url.pathname = '/agree';
    const response = await fetch(url, { redirect: 'manual' });
    return response.headers.get('location') ?? '';
  }

  /** A token as it gives it for the API. */
  accessToken(claims: object = {}): Promise<string> {
    return this.issuer.sign({ iss: this.url, client_id: CLIENT.id, ...claims });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.issuer.stop();
  }

  private metadata(): object {
    this.discovered += 1;
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: this.issuer.url,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...this.misbehaviour.metadata,
    };
  }

  private grant(query: URLSearchParams): string {
    const asked = (name: string) => query.get(name) ?? '';
    if (asked('client_id') !== CLIENT.id || asked('code_challenge_method') !== 'S256') return '/';
    const code = randomUUID();
    this.grants.set(code, {
      challenge: asked('code_challenge'),
      redirectUri: asked('redirect_uri'),
      nonce: asked('nonce'),
    });
    const back = new URL(asked('redirect_uri'));
    const { iss = this.url } = this.misbehaviour;
    back.search = new URLSearchParams({
      code,
      state: asked('state'),
      ...(iss === null ? {} : { iss }),
      session_state: 'of no interest',
    }).toString();
    return back.href;
  }

  private async redeem(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const form = new URLSearchParams(await textOf(request));
    const { idToken, accessToken, tokens } = this.misbehaviour;
    if (tokens !== undefined) return tokens;
    const code = form.get('code') ?? '';
    const grant = this.grants.get(code);
    this.grants.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    const isTheirs =
      request.headers.authorization === BASIC &&
      form.get('grant_type') === 'authorization_code' &&
      grant?.redirectUri === form.get('redirect_uri') &&
      grant.challenge === createHash('sha256').update(verifier).digest('base64url');
    if (!isTheirs) return { status: 400, body: '{"error":"invalid_grant"}' };
    return {
      status: 200,
      body: JSON.stringify({
        token_type: 'Bearer',
        access_token: await this.accessToken(accessToken),
        id_token: await this.issuer.sign({
          iss: this.url,
          aud: CLIENT.id,
          nonce: grant.nonce,
          ...idToken,
        }),
      }),
    };
  }
}

/** Both encoded as in forms, by hand (RFC 6749, 2.3.1). */
const BASIC = `Basic ${Buffer.from(`${CLIENT.id}:hush%3A+hush+%26+more`).toString('base64')}`;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function signInPage(query: URLSearchParams): string {
  const link = `/agree?${query.toString()}`.replaceAll('&', '&amp;');
  return `<!doctype html><title>Example</title><h1>Sign in to Example</h1><a href="${link}">Continue as ann</a>`;
}
