import { describe, expect, it } from 'vitest';
import { loadPolicy } from './load-policy.js';

describe('the hash of a policy set', () => {
  const hashOf = (...texts: string[]) => {
    const result = loadPolicy(texts.map((text, at) => ({ file: `${at}.yaml`, text })));
    return result.ok ? result.snapshot.hash : result.errors;
  };
  const one = 'version: v1\nrules:\n  - { id: a, match: { risk_tags: [x, y] }, decision: deny }\n';
  const two = 'version: v1\nrules:\n  - { id: b, decision: require_approval }\n';

  it('is a SHA-256', () => expect(hashOf(one)).toMatch(/^sha256:[0-9a-f]{64}$/));

  it('does not depend on the order of files, rules and lists, nor on layout, comments and spelled-out defaults', () => {
    const merged = `# both\nversion: "v1"\nrules:
  - decision: require_approval
    approval: { ttl_sec: 300, quorum: 1 }
    id: b
  - id: a
    match:
      risk_tags: [y, x, y]
    decision: deny`;
    expect(new Set([hashOf(one, two), hashOf(two, one), hashOf(merged)]).size).toBe(1);
  });

  it.each([
    ['a decision', one.replace('deny', 'allow')],
    ['a reason', one.replace('decision', 'reason: no, decision')],
    ['a condition', one.replace('y]', 'z]')],
    ['an id', one.replace('id: a', 'id: c')],
    ['a classify rule', `${one}classify: [{ id: c, match: { topics: [">"] }, add_tags: [t] }]`],
  ])('changes with %s', (_what, text) => expect(hashOf(text)).not.toEqual(hashOf(one)));
});

it('a snapshot can not be changed', () => {
  const result = loadPolicy([
    {
      file: 'a',
      text: `version: v1
rules: [{ id: a, decision: throttle, throttle: { rate: 1/day }, constraints: { paths: { read: [a] } } }]`,
    },
  ]);
  if (!result.ok) throw new Error('refused');
  expect(Object.isFrozen(result.snapshot.rules[0]?.constraints?.paths?.read)).toBe(true);
});
