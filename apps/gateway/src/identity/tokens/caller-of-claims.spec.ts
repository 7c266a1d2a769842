import { describe, expect, it } from 'vitest';
import { callerOfClaims, spelled } from './caller-of-claims.js';
import { readIssuer } from './issuer.js';

const settings = (over: object = {}) =>
  readIssuer({
    issuer: 'https://id.example',
    audience: 'countersign',
    jwks_url: 'https://id.example/jwks',
    tenant: { claim: 'org' },
    roles: { claim: 'roles' },
    ...over,
  });
const claims = { sub: 'ann', org: 'acme', roles: ['reviewer'] };

describe('the caller of verified claims', () => {
  it('has the name, the tenant and the roles that they say', () => {
    expect(callerOfClaims(claims, settings())).toEqual({
      name: 'ann',
      tenant: 'acme',
      roles: ['reviewer'],
      groups: [],
      agents: [],
      by: 'token',
      credential: 'token https://id.example ann',
    });
  });

  it.each<[string, object, object, object]>([
    ['a tenant that the settings name', { tenant: { value: 'ops' } }, {}, { tenant: 'ops' }],
    [
      'a tenant by a map',
      { tenant: { claim: 'org', map: { 'Acme Inc.': 'acme' } } },
      { org: 'Acme Inc.' },
      { tenant: 'acme' },
    ],
    [
      'roles by a map',
      { roles: { claim: 'roles', map: { admins: ['operator', 'auditor'] } } },
      { roles: ['admins', 'reviewer'] },
      { roles: ['auditor', 'operator'] },
    ],
    [
      'roles of a scope',
      { roles: { claim: 'scope' } },
      { scope: 'openid producer auditor' },
      { roles: ['producer', 'auditor'] },
    ],
    [
      'roles within an object',
      { roles: { claim: ['realm_access', 'roles'] } },
      { realm_access: { roles: ['auditor'] } },
      { roles: ['auditor'] },
    ],
    ['no role that is none', {}, { roles: ['root', 7, null, 'Reviewer'] }, { roles: [] }],
    ['no role without the claim', {}, { roles: undefined }, { roles: [] }],
    [
      'no role by the name of what every object has',
      { roles: { claim: ['constructor', 'name'] } },
      {},
      { roles: [] },
    ],
    [
      'groups in the grammar of names',
      { groups: { claim: 'g' } },
      { g: ['finance', 'über', '', 'a b'] },
      { groups: ['finance'] },
    ],
    [
      '256 groups at most',
      { groups: { claim: 'g' } },
      { g: Array.from({ length: 300 }, (_, i) => `g${i}`) },
      { groups: Array.from({ length: 256 }, (_, i) => `g${i}`) },
    ],
    ['agents of a claim', { agents: { claim: 'agents' } }, { agents: ['agent-7'] }, { agents: ['agent-7'] }],
    [
      'a name of another claim, with a prefix',
      { name: { claim: 'email', prefix: 'acme:' } },
      { email: 'ann@acme.example' },
      { name: 'acme:ann@acme.example' },
    ],
  ])('has %s', (_, over, more, expected) => {
    expect(callerOfClaims({ ...claims, ...more }, settings(over))).toMatchObject(expected);
  });

  it.each([{ client_id: 'ann' }, { azp: 'ann' }, { gty: 'client-credentials' }])(
    'is a program where the token is its own, by %j (H4)',
    (more) => expect(callerOfClaims({ ...claims, ...more }, settings()).isProgram).toBe(true),
  );

  it('is no program where a client asks for somebody', () => {
    expect(
      callerOfClaims({ ...claims, client_id: 'console', azp: 'console' }, settings()),
    ).not.toHaveProperty('isProgram');
  });

  it('needs the values that the settings require', () => {
    const strict = settings({ required_values: { email_verified: true } });
    expect(callerOfClaims({ ...claims, email_verified: true }, strict).name).toBe('ann');
    for (const value of [false, 'true', 1, undefined])
      expect(() => callerOfClaims({ ...claims, email_verified: value }, strict)).toThrow('email_verified');
  });
});

describe('a subject as a name', () => {
  it.each([
    ['auth0|5f7c8ec7', 'auth0:7c5f7c8ec7'],
    ['https://id.example/ann', 'https:3a//id.example/ann'],
    ['a:7cb', 'a:3a7cb'],
    ['Jürgen', 'J:c3:bcrgen'],
  ])('of %s is %s', (subject, name) => expect(spelled(subject)).toBe(name));

  it('is never that of another subject', () => {
    const subjects = ['a|b', 'a:7cb', 'a:b', 'a b', 'ab', 'a:3a7cb', 'a%7cb', 'a|', 'a:7c'];
    expect(new Set(subjects.map(spelled)).size).toBe(subjects.length);
  });
});
