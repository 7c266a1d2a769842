import { describe, expect, it } from 'vitest';
import { normaliseResource } from './normalise-resource.js';
import {
  normalResourcePattern,
  resourceGlob,
  resourceMatches,
  resourcePatternFault,
} from './resource-glob.js';

const matches = (pattern: string, resource: string) => {
  const normal = normaliseResource(resource);
  if ('fault' in normal) throw new Error(normal.fault);
  return resourceMatches(resourceGlob(normalResourcePattern(pattern)), normal.name.split('/'));
};

describe('a resource has one spelling', () => {
  it.each([
    'github.com/acme/prod-api',
    'https://github.com/acme/prod-api',
    'HTTPS://GitHub.com:443/Acme/Prod-API/',
    'https://user:pw@github.com/acme/prod-api.git',
    'git@github.com:acme/prod-api.git',
    'ssh://git@github.com:22/acme/prod-api.git',
    'git+ssh://git@github.com/acme/prod-api',
    'github.com:acme/prod-api',
    'github.com./acme//prod-api/.',
    'https://github.com/acme/prod%2Dapi',
    'https://github.com/acme/prod-api?tab=x#readme',
    '\uff47ithub.com/acme/prod-api',
    'https:/github.com/acme/prod-api',
  ])('%s (P08, P22)', (text) =>
    expect(normaliseResource(text)).toEqual({ name: 'github.com/acme/prod-api' }),
  );

  it.each([
    ['/etc/passwd', '/etc/passwd'],
    ['file:///etc/passwd', '/etc/passwd'],
    ['alice@bank.example', 'alice@bank.example'],
    ['db:orders', 'db:orders'],
    ['https://xn--bcher-kva.example/x', 'xn--bcher-kva.example/x'],
    ['/', '/'],
  ])('%s is %s', (text, name) => expect(normaliseResource(text)).toEqual({ name }));

  it.each([
    'github.com/acme/../other/x',
    'github.com/acme/%2e%2e/x',
    'github.com/acme/x%00',
    'github.com/acme/x\0',
    'github.com/acme/x%252e',
    'github.com/acme\\x',
    'github.com/ac\u200bme/x',
    'github.com/acme/x.',
    'github.com/acme/x ',
    'github.com/acme/*',
    'https://github.com%2f@evil.test/x',
    'github.com/%ff',
    '',
    'x'.repeat(2000),
  ])('%j is refused (P22)', (text) => expect(normaliseResource(text)).toHaveProperty('fault'));
});

describe('a resource pattern', () => {
  it.each([
    ['github.com/acme/*', 'github.com/acme/x', true],
    ['github.com/acme/*', 'github.com/acme/x/y', false],
    ['github.com/acme/*', 'github.com/acme', false],
    ['github.com/acme/**', 'github.com/acme', true],
    ['github.com/acme/**', 'github.com/acme/x/y', true],
    ['**/prod-*', 'a/b/prod-x', true],
    ['**/prod-*', 'a/prod-x/b', false],
    ['a/**/b/**/c', 'a/x/b/b/y/c', true],
    ['a/**/b/**/c', 'a/x/y/c', false],
    ['a/*-*-z', 'a/x-y-z', true],
    ['a/*ab*ab', 'a/xab', false],
    ['https://GitHub.com/Acme/*', 'github.com/acme/x', true],
    ['**', 'anything/at/all', true],
  ])('%s on %s is %s', (pattern, resource, expected) => expect(matches(pattern, resource)).toBe(expected));

  it.each(['a/prod-**', 'a/../b', '', 'a/b?', 'a/b#c'])('%j is refused', (pattern) =>
    expect(resourcePatternFault(pattern)).toEqual(expect.any(String)),
  );

  it('comes out of what could explode a matcher (P19)', () => {
    expect(matches(`${'**/a/'.repeat(60)}b`, Array.from({ length: 400 }, () => 'a').join('/'))).toBe(false);
    expect(matches('*a'.repeat(200), 'a'.repeat(1000))).toBe(true);
  });
});
