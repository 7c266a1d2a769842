import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type SignOptions,
} from 'jose';

/** An issuer of tokens on loopback: it signs, and gives its public keys or fails to. */
export class TestIssuer {
  /** How it answers when asked for its keys. */
  behaviour: 'gives' | 'fails' | 'redirects' | 'talks nonsense' | 'floods' = 'gives';
  /** How often it was asked for its keys. */
  asked = 0;
  private readonly published: JWK[] = [];

  private constructor(
    private readonly server: Server,
    private readonly keys: Map<string, CryptoKey>,
  ) {}

  static async start(): Promise<TestIssuer> {
    const server = createServer();
    const issuer = new TestIssuer(server, new Map());
    server.on('request', (_request, response) => {
      issuer.asked += 1;
      const { behaviour } = issuer;
      if (behaviour === 'fails') response.writeHead(500).end('{}');
      else if (behaviour === 'redirects') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      else if (behaviour === 'talks nonsense') response.end('<html>');
      else if (behaviour === 'floods') response.end(`{"keys":[${' '.repeat(1024 * 1024)}]}`);
      else response.end(JSON.stringify({ keys: issuer.published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await issuer.addKey('key-1');
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }

  /** The settings of a gateway that trusts it. */
  settings(over: object = {}): { readonly issuers: readonly object[] } {
    const issuer = {
      issuer: 'https://id.example',
      audience: 'countersign',
      jwks_url: this.url,
      tenant: { claim: 'org' },
      roles: { claim: 'roles' },
      groups: { claim: 'groups' },
      ...over,
    };
    return { issuers: [issuer] };
  }

  /** Adds a key to sign with, and publishes it unless it is to stay unknown. */
  async addKey(kid: string, publish = true): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    this.keys.set(kid, privateKey);
    if (publish) this.published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
  }

  /** Publishes a key as it is. */
  publish(jwk: JWK): void {
    this.published.push(jwk);
  }

  /** Its public keys. */
  get publicKeys(): readonly JWK[] {
    return this.published;
  }

  /** Signs claims; those that a valid token needs are filled in, and taken out where they are undefined. */
  sign(
    claims: object = {},
    header: Partial<JWTHeaderParameters> = {},
    options: SignOptions = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: 'https://id.example',
      aud: 'countersign',
      sub: 'ann',
      iat: now,
      exp: now + 300,
      org: 'default',
      roles: ['reviewer'],
      ...claims,
    };
    const kid = header.kid ?? 'key-1';
    return new SignJWT(all)
      .setProtectedHeader({ alg: 'ES256', ...header, kid })
      .sign(this.keys.get(kid)!, options);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }
}
