import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addKey, bearer, startGateway, type Reply, type TestGateway } from '../../testing/gateway-fixture.js';
import { CLIENT, TestProvider } from '../../testing/test-provider.js';

/** Where browsers see the console. Tests speak to the gateway directly. */
const CONSOLE = 'https://countersign.example';
const START = '/api/v1/console/sign-in/local';
/** All of these tests come from one address, more often than people do. */
const SO_OFTEN = { rate_limit: { rate: '1000/second' } };
const OFTEN = { startSignIn: SO_OFTEN, finishSignIn: SO_OFTEN };
const OWN_PAGE = { 'x-countersign-console': '1', 'sec-fetch-site': 'same-origin' };

describe('signing in by an issuer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  const secretFile = join(folder, 'client-secret');
  let provider: TestProvider;
  let gateway: TestGateway;

  beforeAll(async () => {
    writeFileSync(secretFile, CLIENT.secret, { mode: 0o600 });
    provider = await TestProvider.start();
    gateway = await startGateway({ settings: { ...provider.settings(CONSOLE, secretFile), routes: OFTEN } });
  });
  beforeEach(() => void (provider.misbehaviour = {}));
  afterAll(async () => {
    await gateway.close();
    await provider.stop();
    rmSync(folder, { recursive: true });
  });

  /** The cookies that an answer sets, as a browser sends them. */
  const cookiesOf = ({ headers }: Reply) =>
    (headers['set-cookie'] ?? [])
      .map((field) => field.split(';')[0] ?? '')
      .filter((pair) => !pair.endsWith('='))
      .join('; ');
  const begin = (to = '') => gateway.call('GET', `${START}${to}`);
  const pathOf = (address: string) => address.replace(CONSOLE, '');
  const comeBack = (address: string, cookie: string) =>
    gateway.call('GET', pathOf(address), { headers: { cookie } });

  /** Signs in as far as the issuer's answer goes. */
  async function signIn(change: (address: string) => string = (address) => address): Promise<Reply> {
    const begun = await begin();
    const back = await provider.agree(begun.headers.location ?? '');
    return comeBack(change(back), cookiesOf(begun));
  }
  const nobodyBy = (reply: Reply, why: string) => {
    expect([reply.status, reply.headers.location]).toEqual([303, `/?sign_in=${why}`]);
    expect(cookiesOf(reply)).toBe('');
  };
  const me = (cookie: string, headers: object = OWN_PAGE) =>
    gateway.call('GET', '/api/v1/me', { headers: { cookie, ...headers } });

  it('is limited by address where nothing is set, before the issuer is asked', async () => {
    const other = await startGateway({ settings: provider.settings(CONSOLE, secretFile) });
    const answers = await Promise.all(Array.from({ length: 12 }, () => other.call('GET', START)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
    await other.close();
  });

  it('is offered to everybody', async () => {
    const { json } = await gateway.call('GET', '/api/v1/console/sign-in');
    expect(json).toEqual({ items: [{ id: 'local', name: 'Example' }] });
  });

  it('asks the issuer for a code, with PKCE, a state and a nonce, and for the one address', async () => {
    const begun = await begin();
    const { searchParams, origin } = new URL(begun.headers.location ?? '');
    expect([begun.status, origin]).toEqual([303, provider.url]);
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: `${CONSOLE}${START}/callback`,
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: 'S256',
    });
    const [field] = begun.headers['set-cookie'] ?? [];
    expect(field).toMatch(
      /^__Host-countersign-sign-in=\S+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    const other = new URL((await begin()).headers.location ?? '').searchParams;
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(other.get(name)).not.toBe(searchParams.get(name));
  });

  it('makes the caller that the token makes as a credential', async () => {
    const reply = await signIn();
    expect([reply.status, reply.headers.location]).toEqual([303, '/']);
    const session = (reply.headers['set-cookie'] ?? []).find((field) =>
      field.startsWith('__Host-countersign-session='),
    );
    expect(session).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
    const bySession = await me(cookiesOf(reply));
    const byToken = await gateway.call('GET', '/api/v1/me', {
      headers: bearer(await provider.accessToken()),
    });
    expect([bySession.status, bySession.json]).toEqual([200, byToken.json]);
    expect(bySession.json).toMatchObject({ name: 'ann', roles: ['reviewer'], verified_by: 'token' });
    expect(`${reply.text}${reply.headers.location}${session}`).not.toContain('eyJhbGciOiJFUzI1Ni');
  });

  it('goes on with the page that was wanted, if it is one', async () => {
    const wanted = async (to: string) => {
      const begun = await begin(`?to=${encodeURIComponent(to)}`);
      const back = await provider.agree(begun.headers.location ?? '');
      return (await comeBack(back, cookiesOf(begun))).headers.location;
    };
    expect(await wanted('/jobs/01JD4XQ8Z6T0V9K3M2N5P7R8S1')).toBe('/jobs/01JD4XQ8Z6T0V9K3M2N5P7R8S1');
    for (const foreign of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a//b', '/%2e/'])
      expect(await wanted(foreign)).toBe('/');
  });

  it.each<[string, (address: string) => string]>([
    ['with another state', (a) => a.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`)],
    ['without a state', (a) => a.replace(/state=[^&]+/, '')],
    ['with two states', (a) => `${a}&state=x`],
    ['without a code', (a) => a.replace(/code=[^&]+/, '')],
    ['with another code', (a) => a.replace(/code=[^&]+/, 'code=stolen')],
    ['that says no', (a) => `${a}&error=access_denied`],
    ['of another issuer (mix-up)', (a) => a.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')],
    ['of nobody, where the issuer always names itself', (a) => a.replace(/iss=[^&]+/, '')],
  ])('takes no answer %s', async (_, change) => {
    nobodyBy(await signIn(change), 'refused');
  });

  it('takes no answer twice: neither the attempt nor the code is good again', async () => {
    const begun = await begin();
    const back = await provider.agree(begun.headers.location ?? '');
    const first = await comeBack(back, cookiesOf(begun));
    expect(first.headers.location).toBe('/');
    expect((first.headers['set-cookie'] ?? []).join()).toContain(
      '__Host-countersign-sign-in=; Path=/; Max-Age=0',
    );
    nobodyBy(await comeBack(back, ''), 'no_attempt');
    nobodyBy(await comeBack(back, cookiesOf(begun)), 'refused');
  });

  it('takes no answer in another browser (login CSRF)', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const back = await provider.agree(mine.headers.location ?? '');
    nobodyBy(await comeBack(back, ''), 'no_attempt');
    nobodyBy(await comeBack(back, cookiesOf(theirs)), 'refused');
    nobodyBy(await comeBack(back, '__Host-countersign-sign-in=made.up'), 'no_attempt');
  });

  it('takes no session as an attempt, and no attempt as a session', async () => {
    const begun = await begin();
    const sealed = cookiesOf(begun).split('=')[1] ?? '';
    expect((await me(`__Host-countersign-session=${sealed}`)).json.code).toBe('invalid_credentials');
  });

  it.each<[string, TestProvider['misbehaviour'], string]>([
    ['an ID token with another nonce', { idToken: { nonce: 'another' } }, 'refused'],
    ['an ID token without a nonce', { idToken: { nonce: undefined } }, 'refused'],
    ['an ID token for another client', { idToken: { aud: 'another' } }, 'refused'],
    ['an ID token that another client asked for', { idToken: { azp: 'another' } }, 'refused'],
    ['an ID token for several, with nobody named', { idToken: { aud: [CLIENT.id, 'another'] } }, 'refused'],
    ['an ID token of another issuer', { idToken: { iss: 'https://evil.example' } }, 'refused'],
    ['an ID token that has ended', { idToken: { exp: 1 } }, 'refused'],
    ['an access token for another API', { accessToken: { aud: 'another' } }, 'unknown'],
    ['an access token of nobody with a role', { accessToken: { roles: [] } }, 'unknown'],
    ['an access token of no tenant', { accessToken: { org: undefined } }, 'unknown'],
    ['an access token too long for a cookie', { accessToken: { more: 'x'.repeat(20_000) } }, 'refused'],
    ['nonsense for the code', { tokens: { status: 200, body: '<html>' } }, 'unavailable'],
    ['an error for the code', { tokens: { status: 503, body: '{}' } }, 'unavailable'],
    ['no tokens for the code', { tokens: { status: 200, body: '{}' } }, 'refused'],
  ])('lets nobody in with %s', async (_, misbehaviour, why) => {
    provider.misbehaviour = misbehaviour;
    nobodyBy(await signIn(), why);
  });

  it('is nothing at an address that no issuer has', async () => {
    for (const path of ['/api/v1/console/sign-in/other', '/api/v1/console/sign-in/other/callback?code=a'])
      expect((await gateway.call('GET', path)).status).toBe(404);
  });

  describe('a session', () => {
    let session = '';
    beforeEach(async () => void (session = cookiesOf(await signIn())));

    it.each<[string, Record<string, string>]>([
      ['without the header of its pages (CSRF)', {}],
      ['from a page of another site', { ...OWN_PAGE, 'sec-fetch-site': 'cross-site' }],
      ['from a page of another port or name below', { ...OWN_PAGE, 'sec-fetch-site': 'same-site' }],
      ['with another origin', { ...OWN_PAGE, origin: 'https://evil.example' }],
    ])('counts for nothing %s', async (_, headers) => {
      const post = await gateway.call('POST', '/api/v1/approvals/01JD4XQ8Z6T0V9K3M2N5P7R8S1/approve', {
        headers: { cookie: session, ...headers },
        body: {},
      });
      expect([post.status, post.json.code]).toEqual([403, 'foreign_origin']);
      expect((await me(session, headers)).json.code).toBe('foreign_origin');
    });

    it('counts with the console’s own origin', async () => {
      expect((await me(session, { ...OWN_PAGE, origin: CONSOLE })).status).toBe(200);
    });

    it('ends with its token', async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
      try {
        expect((await me(session)).json.code).toBe('invalid_credentials');
      } finally {
        vi.useRealTimers();
      }
    });

    it('is nothing when it was changed, or is there twice', async () => {
      const changed = session.slice(0, -4) + (session.endsWith('AAAA') ? 'BBBB' : 'AAAA');
      for (const cookie of [changed, '__Host-countersign-session=a.b.c.d.e'])
        expect((await me(cookie)).json.code).toBe('invalid_credentials');
      expect((await me(`${session}; ${session}`)).json.code).toBe('unauthenticated');
    });

    it('is nothing to a gateway with another key', async () => {
      const other = await startGateway({ settings: provider.settings(CONSOLE, secretFile) });
      const reply = await other.call('GET', '/api/v1/me', { headers: { cookie: session, ...OWN_PAGE } });
      await other.close();
      expect(reply.json.code).toBe('invalid_credentials');
    });

    it('is not asked for where a credential is sent', async () => {
      const key = addKey(gateway.tables, { name: 'eve', roles: ['auditor'] });
      const reply = await me(session, bearer(key));
      expect(reply.json).toMatchObject({ name: 'eve', verified_by: 'api_key' });
    });

    it('is ended by signing out, which pages of other sites can’t do', async () => {
      const out = (headers: object) =>
        gateway.call('POST', '/api/v1/console/sign-out', { headers: { cookie: session, ...headers } });
      expect((await out({})).status).toBe(403);
      const reply = await out(OWN_PAGE);
      expect([reply.status, cookiesOf(reply)]).toEqual([204, '']);
      expect((reply.headers['set-cookie'] ?? [])[0]).toContain('Max-Age=0');
    });
  });

  it('by an ID token makes the caller of the ID token', async () => {
    const settings = provider.settings(CONSOLE, secretFile, { token: 'id_token' }) as {
      issuers: readonly object[];
    };
    const issuers = settings.issuers.map((issuer) => ({ ...issuer, audience: ['countersign', CLIENT.id] }));
    const other = await startGateway({ settings: { ...settings, issuers } });
    const begun = await other.call('GET', START);
    const back = await provider.agree(begun.headers.location ?? '');
    provider.misbehaviour = { idToken: { sub: 'bob' } };
    const again = await provider.agree(begun.headers.location ?? '');
    const done = await other.call('GET', pathOf(again), { headers: { cookie: cookiesOf(begun) } });
    const reply = await other.call('GET', '/api/v1/me', {
      headers: { cookie: cookiesOf(done), ...OWN_PAGE },
    });
    await other.close();
    expect(back).not.toBe(again);
    expect(reply.json).toMatchObject({ name: 'bob' });
  });

  it.each<[string, TestProvider['misbehaviour']]>([
    ['metadata of another issuer', { metadata: { issuer: 'https://evil.example' } }],
    ['an endpoint without TLS', { metadata: { token_endpoint: 'http://id.example/token' } }],
    ['no S256', { metadata: { code_challenge_methods_supported: ['plain'] } }],
  ])('sends nobody to an issuer with %s', async (_, misbehaviour) => {
    provider.misbehaviour = misbehaviour;
    const before = provider.discovered;
    const fresh = await startGateway({ settings: provider.settings(CONSOLE, secretFile) });
    const [first, second] = [await fresh.call('GET', START), await fresh.call('GET', START)];
    await fresh.close();
    for (const begun of [first, second]) nobodyBy(begun, 'unavailable');
    // Whoever asks again at once makes nobody ask the issuer again.
    expect(provider.discovered - before).toBe(1);
  });
});
