import { describe, expect, it } from 'vitest';
import { MAX_RESOURCE_LENGTH, normaliseResource } from '../resource/normalise-resource.js';
import { normalResourcePattern, resourceGlob, resourcePatternFault } from '../resource/resource-glob.js';

const HIDDEN = 'has a control or hidden character, or a backslash';

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
    ['localhost:443/x', 'localhost:443/x'],
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
    ['https://m\u00fcnchen.example/x', 'xn--mnchen-3ya.example/x'],
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
    ['github.com/ acme/web', 'has a part that ends in a dot or begins or ends with a blank'],
  ])('of %.40j is none: it %s', (text, fault) => {
    expect(normaliseResource(text)).toEqual({ fault });
  });

  it('may be as long as the limit', () => {
    expect(normaliseResource('a'.repeat(MAX_RESOURCE_LENGTH))).toEqual({
      name: 'a'.repeat(MAX_RESOURCE_LENGTH),
    });
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
