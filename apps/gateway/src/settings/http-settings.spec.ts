import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { placed, readHttpSettings } from './http-settings.js';

const issuer = {
  issuer: 'https://id.example',
  audience: 'countersign',
  jwks_url: 'https://id.example/jwks',
  tenant: { value: 'default' },
  roles: { value: ['reviewer'] },
};
const read = (content: unknown) => readHttpSettings({ host: '127.0.0.1' }, content);
const withIssuer = (over: object) => read({ issuers: [{ ...issuer, ...over }] });
const ecKey = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };

describe('the settings of HTTP', () => {
  it('ask for nothing where nothing is said', () => {
    const { issuers, limitsOf } = read(null);
    expect([issuers, limitsOf('submitJob'), limitsOf(undefined)]).toEqual([
      [],
      { requiredHeaders: [] },
      { requiredHeaders: [] },
    ]);
  });

  it('can be read as they are shipped, and change nothing', async () => {
    const text = await readFile(new URL('../../../../config/http.yaml', import.meta.url), 'utf8');
    const { issuers, proxies, limitsOf } = read(parse(text));
    expect([issuers, proxies.size, limitsOf('submitJob')]).toEqual([[], 0, { requiredHeaders: [] }]);
  });

  it('can be read as their own comments show them', async () => {
    const text = await readFile(new URL('../../../../config/http.yaml', import.meta.url), 'utf8');
    const shown = text.replaceAll(/^# (?=issuers:|trusted_proxies:|routes:|console:|  )/gm, '');
    const { issuers, proxies, limitsOf, console } = read(parse(shown));
    expect([issuers.length, proxies.size, console.signIns.length]).toEqual([1, 1, 1]);
    expect(limitsOf('submitJob')).toMatchObject({
      requiredHeaders: ['x-agent-id', 'x-task-id'],
      rate: { burst: 20 },
    });
  });

  it('find the files that they name beside them', () => {
    const { slack, console } = placed(
      read({
        issuers: [issuer],
        people: [{ tenant: 'default', names: ['ann', 'ann-agent'] }],
        callbacks: {
          slack: [
            {
              team_id: 'T1',
              tenant: 'default',
              signing_secret_file: 'slack',
              users: [{ id: 'U1', name: 'ann' }],
            },
          ],
        },
        console: {
          url: 'https://c.example',
          session_key_file: '/keys/session',
          sign_in: [
            { id: 'a', name: 'A', issuer: issuer.issuer, client_id: 'c', client_secret_file: 'client' },
            { id: 'b', name: 'B', issuer: issuer.issuer, client_id: 'c' },
          ],
        },
      }),
      '/etc/countersign',
    );
    expect(slack[0]?.secretFile).toBe('/etc/countersign/slack');
    expect(console.sessionKeyFile).toBe('/keys/session');
    expect(console.signIns.map(({ clientSecretFile }) => clientSecretFile)).toEqual([
      '/etc/countersign/client',
      undefined,
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown member', { issuer: [] }, /issuer is not known/],
    ['an unknown member of an issuer', { issuers: [{ ...issuer, secret: 'x' }] }, /secret is not known/],
    ['an issuer twice', { issuers: [issuer, issuer] }, /defined twice/],
    [
      'two issuers whose names could be alike',
      { issuers: [issuer, { ...issuer, issuer: 'https://b.example' }] },
      /name\/prefix/,
    ],
    ['an unknown route', { routes: { submit: {} } }, /no route "submit"/],
    ['an unknown header', { routes: { submitJob: { require_headers: ['X-User'] } } }, /X-User is not/],
    ['a rate that is none', { routes: { submitJob: { rate_limit: { rate: '5 per minute' } } } }, /pattern/],
    ['a rate of nothing', { routes: { submitJob: { rate_limit: { rate: '0/minute' } } } }, /pattern/],
    ['a network that is none', { trusted_proxies: ['10.0.0.0/33'] }, /no network/],
    ['an address that is a name', { routes: { '*': { allow_addresses: ['localhost'] } } }, /no address/],
  ])('are refused with %s', (_, content, why) => expect(() => read(content)).toThrow(why));

  it.each<[string, object, RegExp]>([
    ['without an audience (N02)', { audience: undefined }, /audience/],
    ['for no audience', { audience: [] }, /audience/],
    ['with a shared secret', { algorithms: ['HS256'] }, /has HS256/],
    ['with no signature', { algorithms: ['RS256', 'none'] }, /has none/],
    ['with no algorithm', { algorithms: [] }, /algorithms/],
    ['with keys over http', { jwks_url: 'http://id.example/jwks' }, /must be https/],
    ['with keys of a file', { jwks_url: 'file:///etc/passwd' }, /must be https/],
    ['with keys from nowhere', { jwks_url: undefined }, /jwks_url/],
    ['with keys of two kinds', { jwks: { keys: [ecKey] } }, /not both/],
    ['with a private key', { jwks_url: undefined, jwks: { keys: [{ ...ecKey, d: 'AA' }] } }, /public keys/],
    [
      'with a secret as key',
      { jwks_url: undefined, jwks: { keys: [{ kty: 'oct', k: 'AA' }] } },
      /public keys/,
    ],
    [
      'with a key that is no point of its curve',
      { jwks_url: undefined, jwks: { keys: [ecKey] } },
      /a key that is none/,
    ],
    [
      'with a short RSA key',
      {
        jwks_url: undefined,
        jwks: {
          keys: [generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })],
        },
      },
      /fewer than 2048 bits/,
    ],
    ['with an unknown role', { roles: { value: ['root'] } }, /has root/],
    ['with an unknown role in a map', { roles: { claim: 'r', map: { a: ['admin'] } } }, /has admin/],
    ['with a tenant outside the grammar', { tenant: { value: 'Acme' } }, /outside/],
    ['with a tolerance of an hour', { clock_tolerance_sec: 3600 }, /clock_tolerance_sec/],
  ])('are refused with an issuer %s', (_, over, why) => {
    const content = JSON.parse(JSON.stringify({ issuers: [{ ...issuer, ...over }] })) as unknown;
    expect(() => read(content)).toThrow(why);
  });

  it('take keys of this machine without TLS', () => {
    for (const host of ['127.0.0.1:9000', 'localhost', '[::1]:9000'])
      expect(withIssuer({ jwks_url: `http://${host}/jwks` }).issuers).toHaveLength(1);
  });

  it('limit how often somebody signs in, also when nothing is set, and only that', () => {
    const { limitsOf } = read(null);
    expect(limitsOf('finishSignIn').rate).toEqual({ burst: 10, intervalMs: 3_000 });
    expect(limitsOf('signInOptions')).toEqual({ requiredHeaders: [] });
  });

  it('let a route differ from what holds for every route, setting by setting; health is no such route', () => {
    const { limitsOf } = read({
      routes: {
        '*': { rate_limit: { rate: '60/minute' }, require_headers: ['X-Agent-ID'] },
        submitJob: { require_headers: [] },
        ready: { rate_limit: { rate: '1/second', burst: 3 } },
      },
    });
    const every = { rate: { burst: 60, intervalMs: 1_000 } };
    expect(limitsOf('submitJob')).toEqual({ ...every, requiredHeaders: [] });
    expect(limitsOf('getJob')).toEqual({ ...every, requiredHeaders: ['x-agent-id'] });
    expect(limitsOf(undefined)).toEqual({ ...every, requiredHeaders: ['x-agent-id'] });
    expect(limitsOf('startSignIn')).toEqual({ ...every, requiredHeaders: [] });
    expect(limitsOf('live')).toEqual({ requiredHeaders: [] });
    expect(limitsOf('ready')).toEqual({ requiredHeaders: [], rate: { burst: 3, intervalMs: 1_000 } });
  });
});
