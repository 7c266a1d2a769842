import { describe, expect, it } from 'vitest';
import { ConditionFault } from './condition-fault.js';
import { hostMatches } from './host-matches.js';
import { isPrivateHost } from './ip-private.js';
import { isPathWithin } from './path-within.js';
import { isShellAllowed } from './shell-allowed.js';
import { isShellBlocked } from './shell-blocked.js';
import { isTimeWindow, isTimeZone, isWithin } from './time-window.js';

describe('path.within', () => {
  it.each([
    ['/srv/app', '/srv', true],
    ['/srv', '/srv/', true],
    ['/srv/../etc/passwd', '/srv', false],
    ['/srv/./a//b/../c', '/srv/a', true],
    ['/srvx', '/srv', false],
    ['/anything', '/', true],
  ])('%s in %s is %s', (path, folder, expected) => expect(isPathWithin(path, folder)).toBe(expected));

  it.each(['srv/a', '/srv/../../etc', '/srv/a\0b', '/srv/%00', '/srv\\..\\etc', '/srv/%2e%2e/etc', ''])(
    'has no answer for %j (P22)',
    (path) => expect(() => isPathWithin(path, '/srv')).toThrow(ConditionFault),
  );
});

describe('host.matches', () => {
  it.each([
    ['example.com', 'example.com', true],
    ['EXAMPLE.com.', 'example.com', true],
    ['api.v1.example.com', '*.example.com', true],
    ['example.com', '*.example.com', false],
    ['badexample.com', '*.example.com', false],
    ['https://user@api.example.com:8443/x?y', '*.example.com', true],
    ['https://api.example.com@evil.test/', '*.example.com', false],
    ['b\u00fccher.example', 'xn--bcher-kva.example', true],
  ])('%s against %s is %s', (host, pattern, expected) => expect(hostMatches(host, pattern)).toBe(expected));

  it.each(['', 'a b', 'https://', 'user@host', 'https://exa\tmple.com/'])('has no answer for %j', (host) =>
    expect(() => hostMatches(host, 'example.com')).toThrow(ConditionFault),
  );

  it.each([
    'https:/evil.test/',
    'HTTP:evil.test',
    'http:0',
    'http:80/x',
    'ftp:/evil.test',
    'other:/evil.test',
    'http:\\\\evil.test',
    'https://good.test\\@evil.test/',
    'https://evil.test\\.example.com/',
  ])('has no answer for %j, which programs read in two ways', (url) => {
    expect(() => hostMatches(url, 'evil.test')).toThrow(ConditionFault);
    expect(() => isPrivateHost(url)).toThrow(ConditionFault);
  });
});

describe('ip.private', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    'http://127.1/',
    '[::1]',
    '::1',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::a00:1]',
    '[2002:7f00:1::]',
    'fe80::1',
    '0.0.0.0',
    '100.64.0.1',
    'localhost',
    'db.internal',
    'printer.local',
    '999.1.1.1',
  ])('holds for %s', (host) => expect(isPrivateHost(host)).toBe(true));

  it.each([
    '8.8.8.8',
    'https://93.184.215.14/',
    '[2606:4700:4700::1111]',
    'example.com',
    'internal.example.com',
  ])('does not hold for %s', (host) => expect(isPrivateHost(host)).toBe(false));
});

describe('time.within', () => {
  const at = (instant: string) => Date.parse(instant);

  it.each([
    ['2026-07-01T07:00:00Z', '09:00-17:00', 'Europe/Berlin', true],
    ['2026-07-01T06:59:59Z', '09:00-17:00', 'Europe/Berlin', false],
    ['2026-01-01T08:00:00Z', '09:00-17:00', 'Europe/Berlin', true],
    ['2026-01-01T16:00:00Z', '09:00-17:00', 'Europe/Berlin', false],
    ['2026-11-21T10:00:00Z', 'mon-fri 09:00-17:00', 'UTC', false],
    ['2026-11-22T10:00:00Z', 'sat-mon 09:00-17:00', 'UTC', true],
    ['2026-11-20T23:00:00Z', 'fri 22:00-06:00', 'UTC', true],
    ['2026-11-21T05:59:00Z', 'fri 22:00-06:00', 'UTC', true],
    ['2026-11-20T05:00:00Z', 'fri 22:00-06:00', 'UTC', false],
    ['2026-11-20T23:59:00Z', '00:00-24:00', 'UTC', true],
  ])('%s in %s of %s is %s (P8)', (instant, window, zone, expected) => {
    expect(isWithin(at(instant), window, zone)).toBe(expected);
  });

  it('knows windows and zones', () => {
    expect(
      ['9-17', '09:00-24:01', '25:00-26:00', 'mo 09:00-17:00', '09:00-09:00'].filter(isTimeWindow),
    ).toEqual([]);
    expect(['Europe/Berlin', 'UTC', '+02:00', 'Mars/Base'].filter(isTimeZone)).toEqual([
      'Europe/Berlin',
      'UTC',
    ]);
  });
});

describe('shell.allowed', () => {
  const prefixes = ['git status', 'npm test', "ls '-l'", 'find'];

  it.each(['git status', 'git  status --short', '"git" status', 'npm test -- src/a.spec.ts', 'ls -l /tmp'])(
    'holds for %s',
    (command) => expect(isShellAllowed(command, prefixes)).toBe(true),
  );

  it.each([
    'git',
    'git statusx',
    'git status; rm -r /',
    'git status && rm x',
    'git status | sh',
    'git status > /etc/x',
    'git status `id`',
    'git status $(id)',
    'git status $HOME',
    'git status\nrm x',
    'git status "$(id)"',
    'git status &',
    'env git status',
    'sh -c "git status"',
    'sudo git status',
    'X=1 git status',
    "git status 'unclosed",
    'find . -exec rm x',
    'find . -execdir sh',
    'npm test bash',
    'npm test <(id)',
    '/tmp/git status',
    '',
  ])('does not hold for %j (P21)', (command) => expect(isShellAllowed(command, prefixes)).toBe(false));

  it('takes the arguments of a program as they are', () => {
    expect(isShellAllowed(['git', 'status', 'a;b'], prefixes)).toBe(true);
    expect(isShellAllowed(['git status'], prefixes)).toBe(false);
    expect(isShellAllowed(['bash', '-c', 'git status'], ['bash'])).toBe(false);
  });
});

describe('shell.blocked', () => {
  const phrases = ['rm -rf', 'git push --force', 'terraform destroy'];

  it.each([
    'rm -rf /',
    'rm -fr /',
    'rm -r -f /',
    'rm /x -f -R',
    '/bin/rm -rf x',
    'sudo r\\m -rf x',
    `sh -c "r'm' -rf x"`,
    'echo x; rm    -rf  y',
    'git push origin --force',
    'git push --force=yes',
    'cd infra && terraform destroy -auto-approve',
    'terraform\tdestroy',
  ])('finds one in %s (P5, P21)', (command) => expect(isShellBlocked(command, phrases)).toBe(true));

  it.each(['rm -r x', 'git push', 'echo terraform; echo destroy', 'rmdir -rf x', 'git status'])(
    'finds none in %s',
    (command) => expect(isShellBlocked(command, phrases)).toBe(false),
  );
});

describe('shell.allowed with the scripts of a package', () => {
  it.each([
    'npm run --prefix /evil x',
    'npm run --prefix=/evil x',
    'npm -C /evil run x',
    'npm run -prefix /evil x',
    'npm run --userconfig=/evil x',
    'pnpm run -C /evil x',
    'pnpm run --dir /evil x',
    'yarn run --cwd /evil x',
  ])('does not run those of another folder: %s (P21)', (command) => {
    expect(isShellAllowed(command, ['npm', 'pnpm', 'yarn'])).toBe(false);
  });

  it.each(['npm run build -- --watch', 'npm run build --prefer-offline', 'pnpm run lint', 'yarn run build'])(
    'runs its own: %s',
    (command) => expect(isShellAllowed(command, ['npm run', 'pnpm run', 'yarn run'])).toBe(true),
  );
});
