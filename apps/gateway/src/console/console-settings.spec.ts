import { describe, expect, it } from 'vitest';
import { readHttpSettings } from '../settings/http-settings.js';

const signIn = { id: 'example', name: 'Example', issuer: 'https://id.example', client_id: 'console' };
const issuer = {
  issuer: 'https://id.example',
  audience: 'countersign',
  jwks_url: 'https://id.example/jwks',
  tenant: { value: 'default' },
  roles: { value: ['reviewer'] },
};
const url = 'https://console.example';
const read = (console: object, issuers: readonly object[] = [issuer]) =>
  readHttpSettings({ host: '127.0.0.1' }, { issuers, console }).console;

describe('the settings of the console', () => {
  it('offer nothing where nothing is said', () => {
    expect(readHttpSettings({ host: '127.0.0.1' }, {}).console).toMatchObject({
      origin: undefined,
      tracesUrl: undefined,
      signIns: [],
    });
  });

  it('give each way to sign in an address of its own, and ask for openid whatever else is wanted', () => {
    const { signIns } = read({ url: `${url}/`, sign_in: [{ ...signIn, scope: 'profile groups' }] });
    expect(signIns).toMatchObject([
      {
        redirectUri: `${url}/api/v1/console/sign-in/example/callback`,
        scope: 'openid profile groups',
        token: 'access_token',
      },
    ]);
  });

  it('take a console and an issuer of this machine without TLS', () => {
    const local = 'http://127.0.0.1:9000';
    const { origin } = read({ url: 'http://localhost:8081', sign_in: [{ ...signIn, issuer: local }] }, [
      { ...issuer, issuer: local },
    ]);
    expect(origin).toBe('http://localhost:8081');
  });

  it.each<[string, object, RegExp]>([
    ['without the address of the console', { sign_in: [signIn] }, /url is wanted/],
    [
      'with an address without TLS',
      { url: 'http://console.example', sign_in: [signIn] },
      /url must be https/,
    ],
    ['with an address that is more than that', { url: `${url}/a`, sign_in: [signIn] }, /url is more/],
    ['with an address that is none', { url: 'console', sign_in: [signIn] }, /url must be https/],
    [
      'with an issuer that is none',
      { url, sign_in: [{ ...signIn, issuer: 'https://b.example' }] },
      /none of the/,
    ],
    ['with one id for two', { url, sign_in: [signIn, signIn] }, /id twice/],
    ['with an id for another path', { url, sign_in: [{ ...signIn, id: '../x' }] }, /pattern/],
    [
      'with a secret in the file',
      { url, sign_in: [{ ...signIn, client_secret: 'x' }] },
      /client_secret is not/,
    ],
    ['with traces that are no page', { traces_url: 'javascript:alert(1)//{trace_id}' }, /traces_url/],
    ['with traces of nothing', { traces_url: 'https://jaeger.example/' }, /traces_url/],
  ])('are refused %s', (_, file, why) => expect(() => read(file)).toThrow(why));

  it('are refused with an issuer that answers without TLS', () => {
    const plain = 'http://id.example';
    const file = { url, sign_in: [{ ...signIn, issuer: plain }] };
    expect(() => read(file, [{ ...issuer, issuer: plain }])).toThrow(/must be https/);
  });
});
