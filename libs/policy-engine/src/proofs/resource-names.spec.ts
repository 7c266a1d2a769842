import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAIRS } from './guard.js';
import { MAX_RESOURCE_LENGTH, normaliseResource } from '../resource/normalise-resource.js';
import { normalResourcePattern, resourceGlob, resourcePatternFault } from '../resource/resource-glob.js';

const HIDDEN = 'has a control or hidden character, or a backslash';
const MARK = 'has a mark such as `/` or `.` in a form outside ASCII';
const FOREIGN = 'has a letter or sign outside ASCII; hosts are written xn--…';
const BLANK = 'has a part that ends in a dot or begins or ends with a blank';
const ENCODED = 'has a percent-encoding that is invalid or encoded again';
const TWO_WAYS = 'can be read in two ways';

describe('the normal form of a resource (P07, P08, P22)', () => {
  it.each([
    ['github.com/acme/web', 'github.com/acme/web'],
    ['GitHub.com/Acme/Web', 'github.com/acme/web'],
    ['https://github.com/acme/web', 'github.com/acme/web'],
    ['HTTPS://github.com/acme/web/', 'github.com/acme/web'],
    ['http://github.com:80/acme/web', 'github.com/acme/web'],
    ['https://github.com:443/acme/web', 'github.com/acme/web'],
    ['https://github.com:8443/acme/web', 'github.com:8443/acme/web'],
    ['ssh://git@github.com:22/acme/web.git', 'github.com/acme/web'],
    ['git+ssh://git@github.com/acme/web.git', 'github.com/acme/web'],
    ['git://github.com:9418/acme/web', 'github.com/acme/web'],
    ['ws://chat.example:80/room', 'chat.example/room'],
    ['wss://chat.example:443/room', 'chat.example/room'],
    ['git@github.com:acme/web.git', 'github.com/acme/web'],
    ['github.com:acme/web', 'github.com/acme/web'],
    ['github.com:443/acme/web', 'github.com/acme/web'],
    ['github.com:22/acme', 'github.com/acme'],
    ['github.com:8080/acme', 'github.com:8080/acme'],
    ['localhost:443/x', 'localhost/x'],
    ['http://github.com:443/acme/web', 'github.com/acme/web'],
    ['https://github.com:22/acme/web', 'github.com/acme/web'],
    ['https://github.com:00443/acme/web', 'github.com/acme/web'],
    ['https://github.com:/acme/web', 'github.com/acme/web'],
    ['http://db:9418/x', 'db/x'],
    ['db:8443/x', 'db:8443/x'],
    ['order:80', 'order:80'],
    ['mylocalhost:80', 'mylocalhost:80'],
    ['slot[0]:80', 'slot[0]:80'],
    ['https://me@github.com', 'github.com'],
    ['git@github.com:1acme/web', 'github.com/1acme/web'],
    ['github.com/acme/web.github', 'github.com/acme/web.github'],
    ['[::1]:443/x', '[::1]/x'],
    ['github.com/acme/web.git.git', 'github.com/acme/web'],
    ['github.com/acme/.git.git', 'github.com/acme/.git'],
    ['https://github.com.:8443/x', 'github.com:8443/x'],
    ['https://github.com.:443/x', 'github.com/x'],
    ['github.com:/acme/web', 'github.com/acme/web'],
    ['github.com://acme/web', 'github.com/acme/web'],
    ['localhost:/x', 'localhost/x'],
    ['file:///localhost/x', '/localhost/x'],
    ['https://me:secret@github.com/acme/web', 'github.com/acme/web'],
    ['me@github.com/acme/web', 'github.com/acme/web'],
    ['person@bank.example', 'person@bank.example'],
    ['https://github.com./acme/web', 'github.com/acme/web'],
    ['github.com//acme///web', 'github.com/acme/web'],
    ['github.com/./acme/web/.', 'github.com/acme/web'],
    ['github.com/acme/web.git/', 'github.com/acme/web'],
    ['github.com/acme/.git', 'github.com/acme/.git'],
    ['web.git', 'web.git'],
    ['github.com/acme/web?tab=1', 'github.com/acme/web'],
    ['github.com/acme/web#readme', 'github.com/acme/web'],
    ['github.com/acme/%77eb', 'github.com/acme/web'],
    ['github.com/acme/a%20b', 'github.com/acme/a b'],
    ['github.com/acme/\uff57eb', 'github.com/acme/web'],
    ['https://xn--mnchen-3ya.example/x', 'xn--mnchen-3ya.example/x'],
    ['file:///etc/hosts', '/etc/hosts'],
    ['file://localhost/etc/hosts', '/etc/hosts'],
    ['file://server/share', '/server/share'],
    ['file:/etc/hosts', '/etc/hosts'],
    ['/etc//hosts/', '/etc/hosts'],
    ['/', '/'],
    ['https:github.com/acme', 'github.com/acme'],
    ['https:///github.com/acme', 'github.com/acme'],
    ['orders', 'orders'],
    ['crm:orders/7', 'crm:orders/7'],
  ])('of %s is %s', (text, name) => {
    expect(normaliseResource(text)).toEqual({ name });
    expect(normaliseResource(name)).toEqual({ name });
  });

  it.each([
    ['', 'is empty'],
    ['https://', 'is empty'],
    ['a'.repeat(MAX_RESOURCE_LENGTH + 1), 'is longer than 1024 characters'],
    ['github.com/acme/*', 'has a wildcard: a resource is one thing'],
    ['github.com/acme/../beta', 'has a `..`'],
    ['github.com/acme/%2e%2e/beta', 'has a `..`'],
    ['github.com\\acme', HIDDEN],
    ['github.com/acme/web\u200b', HIDDEN],
    ['github.com/acme/web\0', HIDDEN],
    ['github.com/acme/web%00', HIDDEN],
    ['github.com/acme/a%5cb', HIDDEN],
    ['github.com/acme/web\u2028', HIDDEN],
    ['github.com/acme/web\u2029', HIDDEN],
    ['%67ithub.com/acme', 'has an encoded character before its first slash'],
    ['github.com/a%2577', 'has a percent-encoding that is invalid or encoded again'],
    ['github.com/a%7', 'has a percent-encoding that is invalid or encoded again'],
    ['github.com/a%ff', 'has a percent-encoding that is invalid or encoded again'],
    ['github.com/acme./web', 'has a part that ends in a dot or begins or ends with a blank'],
    ['github.com/acme /web', 'has a part that ends in a dot or begins or ends with a blank'],
    ['github.com/ acme/web', BLANK],
    ['github.com\uff0fac\u00adme/prod-db', HIDDEN],
    ['github.com\uff0facme/prod-db', MARK],
    ['https://git\u00fc\uff0fhub.com/acme', MARK],
    ['github.com\uff1fx/acme', MARK],
    ['github.com/acme/prod\uff03x', MARK],
    ['me\uff20github.com/acme', MARK],
    ['github.com\uff1a443/acme', MARK],
    ['github.com/acme\uff3cprod', MARK],
    ['github\uff0ecom/acme', MARK],
    ['github.com/%EF%BC%8Facme', MARK],
    ['github.com/a\u2100b', MARK],
    ['github.com/acme/we\ufe0fb', HIDDEN],
    ['github.com/acme/we\u{e0100}b', HIDDEN],
    ['gith\ufe0fub.com/acme/web', HIDDEN],
    ['github.com/acme/we\u3164b', HIDDEN],
    ['github.com/acme/we%EF%B8%8Fb', HIDDEN],
    ['github.com/\u0430cme/web', FOREIGN],
    ['github.com/\u03b1cme/web', FOREIGN],
    ['github.com/acme/prod\u2010db', FOREIGN],
    ['github.com\u2215acme/web', FOREIGN],
    ['github.com/acme/\u00fcbersicht', FOREIGN],
    ['github.com/acme/%C3%BCbersicht', FOREIGN],
    ['https://m\u00fcnchen.example/x', FOREIGN],
    ['https://github.\u0441om/acme/web', FOREIGN],
    ['github\u3002com/acme', FOREIGN],
    ['https://..', 'has a `..`'],
    ['https://.', BLANK],
    ['https://github.com../acme', BLANK],
    ['https://./acme', BLANK],
    ['./acme/web', BLANK],
    ['.../acme', BLANK],
    ['github.com/acme/...', BLANK],
    ['db:/x', 'has what could be a port or part of a name'],
    ['//github.com/acme', 'begins with two slashes: a host or a folder'],
    ['db:443/x', 'has what could be a port or part of a name'],
    ['github.com/acme/a%3fb', ENCODED],
    ['github.com/acme/%2a', ENCODED],
    ['github.com/acme/100%25', ENCODED],
    ['https://https:8443/x', TWO_WAYS],
    ['github.com/acme/web..git', TWO_WAYS],
  ])('of %.40j is none: it %s', (text, fault) => {
    expect(normaliseResource(text)).toEqual({ fault });
  });

  it('may be as long as the limit', () => {
    expect(normaliseResource('a'.repeat(MAX_RESOURCE_LENGTH))).toEqual({
      name: 'a'.repeat(MAX_RESOURCE_LENGTH),
    });
  });
});

describe('the normal form of a resource is its own normal form (P08)', () => {
  const pieces = fc.constantFrom(
    ...[
      'https:',
      'ssh://',
      'file:///',
      'git@',
      'user:pw@',
      '/',
      '//',
      '/./',
      '..',
      '.',
      ':',
      ':443',
      ':8080',
      ':',
    ],
    ...[
      'github.com',
      'localhost',
      'db',
      '[::1]',
      'acme',
      'web',
      '.git',
      '%2e',
      '%2F',
      '%25',
      '%C3%BC',
      '?q',
      '#f',
    ],
    ...[
      '\uff47',
      '\uff0f',
      '\u00fc',
      '\u0430',
      '\u00ad',
      '\ufe0f',
      '\u212a',
      '\u0130',
      '\u3002',
      ' ',
      '@',
      '*',
      'A',
    ],
  );
  const texts = fc.oneof(
    fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 24 }),
    fc.webUrl(),
  );

  it('and is plain ASCII without wildcards, query or fragment', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const normal = normaliseResource(text);
        fc.pre('name' in normal);
        expect(normaliseResource(normal.name)).toEqual(normal);
        expect(normal.name).toMatch(/^[\x20-\x7e]+$/);
        expect(normal.name).not.toMatch(/[*?#\\]/);
      }),
      { numRuns: Math.min(PAIRS, 20_000) },
    );
  });

  it('also of a pattern', () => {
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(resourcePatternFault(text) === undefined);
        const normal = normalResourcePattern(text);
        expect(normalResourcePattern(normal)).toBe(normal);
      }),
      { numRuns: Math.min(PAIRS, 5000) },
    );
  });
});

describe('a pattern over resources', () => {
  it.each([
    ['https://GitHub.com/Acme/*', 'github.com/acme/*'],
    ['github.com/acme/**/', 'github.com/acme/**'],
    ['git@github.com:acme/*.git', 'github.com/acme/*'],
    ['**', '**'],
  ])('has the same normal form as what it means: %s is %s', (pattern, normal) => {
    expect(resourcePatternFault(pattern)).toBeUndefined();
    expect(normalResourcePattern(pattern)).toBe(normal);
  });

  it.each([
    ['github.com/a**', 'has `**` beside other characters; it stands alone between slashes'],
    ['***', 'has `**` beside other characters; it stands alone between slashes'],
    ['github.com/../x', 'has a `..`'],
    ['a'.repeat(513), 'is longer than 512 characters'],
  ])('is refused: %.30j %s', (pattern, fault) => {
    expect(resourcePatternFault(pattern)).toBe(fault);
  });

  it('may be as long as the limit, and stays as it is when it has no normal form', () => {
    expect(resourcePatternFault('a'.repeat(512))).toBeUndefined();
    expect(normalResourcePattern('a/../b')).toBe('a/../b');
  });

  it.each([
    ['github.com/acme/*', 'github.com/acme'],
    ['github.com/a*/x', 'github.com'],
    ['github.com/acme', 'github.com/acme'],
    ['**/x', ''],
  ])('begins with segments that are no wildcards: %s with %j', (pattern, prefix) => {
    expect(resourceGlob(pattern).prefix).toBe(prefix);
  });
});
