import { describe, expect, it } from 'vitest';
import type { Constraints } from '@countersign/contracts';
import { endpointOf, isHostAllowed } from './allowed-hosts.js';
import { isPathAllowed } from './allowed-paths.js';
import { exceededConstraints } from './exceeded-constraints.js';

const wrote = (target: string) => ({ kind: 'file', op: 'write', target });
const reached = (target: string) => ({ kind: 'network', op: 'connect', target });
const exceeded = (effect: { kind: string; op: string; target: string }, constraints: Constraints) =>
  exceededConstraints([effect], 0, constraints);

describe('a path', () => {
  it.each([
    ['/work/a.txt', ['/work']],
    ['/work', ['/work']],
    ['/work//./deep/a.txt', ['/work']],
    ['tickets/T-1.json', ['tickets']],
    ['./tickets/T-1.json', ['.']],
    ['/etc/passwd', ['/']],
  ])('%s is within %j', (path, allowed) => expect(isPathAllowed(path, allowed)).toBe(true));

  it.each([
    ['/work/../etc/passwd', ['/work']],
    ['/work/%2e%2e/etc/passwd', ['/work']],
    ['/work/..', ['/work']],
    ['/workshop/a', ['/work']],
    ['/work\\..\\etc', ['/work']],
    ['/work/a\u202e', ['/work']],
    ['/work/a\u0000', ['/work']],
    ['work/a', ['/work']],
    ['/work/a', ['work']],
    ['/a', ['.']],
    ['a', ['/']],
    ['~/a', ['.']],
    ['', ['.']],
    ['/work/a', []],
    ['/Work/a', ['/work']],
  ])('%j is not within %j', (path, allowed) => expect(isPathAllowed(path, allowed)).toBe(false));
});

describe('a host', () => {
  it.each([
    ['https://api.example.com/v1', ['api.example.com']],
    ['api.example.com', ['api.example.com']],
    ['API.example.com.', ['api.example.com']],
    ['api.example.com:443', ['api.example.com:443']],
    ['https://api.example.com', ['api.example.com:443']],
    ['https://a.b.example.com', ['*.example.com']],
    ['https://user:password@api.example.com/', ['api.example.com']],
  ])('%s is covered by %j', (target, allowed) => {
    const endpoint = endpointOf(target);
    expect(endpoint !== undefined && isHostAllowed(endpoint, allowed)).toBe(true);
  });

  it.each([
    ['https://example.com', ['*.example.com']],
    ['https://api.example.com@evil.example', ['api.example.com']],
    ['https://evilexample.com', ['*.example.com']],
    ['https://api.example.com:8443', ['api.example.com:443']],
    ['api.example.com', ['api.example.com:443']],
    ['https://api.example.com.evil.example', ['api.example.com']],
    ['https://api.example.com\\@evil.example', ['api.example.com']],
    ['https://\u0430pi.example.com', ['api.example.com']],
    ['not a host', ['api.example.com']],
    ['https://api.example.com', []],
  ])('%s is not covered by %j', (target, allowed) => {
    const endpoint = endpointOf(target);
    expect(endpoint !== undefined && isHostAllowed(endpoint, allowed)).toBe(false);
  });
});

describe('the constraints of a finished run (E: what was done is compared with what was allowed)', () => {
  it('are kept by a run that did what they allow', () => {
    const constraints = { paths: { write: ['/work'] }, network: { allow: ['a.example'] } };
    const effects = [
      wrote('/work/x'),
      reached('https://a.example/'),
      { kind: 'process', op: 'exec', target: 'ls' },
    ];
    expect(exceededConstraints(effects, 10, { ...constraints, max_output_bytes: 10 })).toEqual([]);
  });

  it.each<[string, { kind: string; op: string; target: string }, Constraints, string]>([
    ['writes elsewhere', wrote('/etc/x'), { paths: { write: ['/work'] } }, 'paths.write'],
    [
      'deletes elsewhere',
      { ...wrote('/etc/x'), op: 'delete' },
      { paths: { write: ['/work'] } },
      'paths.write',
    ],
    ['writes by ..', wrote('/work/../etc/x'), { paths: { write: ['/work'] } }, 'paths.write'],
    ['reads elsewhere', { ...wrote('/etc/x'), op: 'read' }, { paths: { read: ['/work'] } }, 'paths.read'],
    [
      'reaches elsewhere',
      reached('https://b.example'),
      { network: { allow: ['a.example'] } },
      'network.allow',
    ],
    ['reaches what nobody can name', reached('?'), { network: { allow: ['a.example'] } }, 'network.allow'],
    ['does something else', { kind: 'gpio', op: 'set', target: '1' }, { network: { allow: [] } }, 'effects'],
    [
      'hides what it did',
      { kind: 'FILE', op: 'write', target: '/x' },
      { paths: { write: [] } },
      'paths.write',
    ],
    [
      'lists no more effects',
      { kind: 'worker', op: 'unlisted', target: '9 more effects' },
      { paths: { write: ['/'] } },
      'effects',
    ],
  ])('are exceeded by one that %s', (_what, effect, constraints, name) =>
    expect(exceeded(effect, constraints)).toEqual([name]),
  );

  it('are exceeded by an output that is larger', () =>
    expect(exceededConstraints([], 11, { max_output_bytes: 10 })).toEqual(['max_output_bytes']));

  it('say nothing of what they do not state', () => {
    expect(exceeded(wrote('/etc/x'), {})).toEqual([]);
    expect(exceeded({ kind: 'gpio', op: 'set', target: '1' }, { max_runtime_sec: 1 })).toEqual([]);
    expect(exceeded(reached('https://b.example'), { paths: { write: ['/work'] } })).toEqual([]);
  });

  it('are named once, and nothing of what was done is', () => {
    const names = exceededConstraints([wrote('/etc/a'), wrote('/etc/b')], 0, { paths: { write: ['/work'] } });
    expect(names).toEqual(['paths.write']);
  });
});
