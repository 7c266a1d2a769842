import { expect, it } from 'vitest';
import { matchesPin } from './policy-pin.js';

const hash = `sha256:${'a'.repeat(64)}`;
const POLICY = { hash, policy_id: 'payments', policy_version: '2.3.0' };

it.each([
  [undefined, true],
  ['', true],
  [hash, true],
  ['payments@2.3.0', true],
  [`sha256:${'b'.repeat(64)}`, false],
  ['payments@2.3', false],
  ['payments', false],
  ['@', false],
  ['PAYMENTS@2.3.0', false],
])('the pin %s takes the policy: %s (P11)', (pin, taken) => {
  expect(matchesPin(pin, POLICY)).toBe(taken);
});

it('a policy without id and version is pinned by its digest alone', () => {
  expect([matchesPin('@', { hash }), matchesPin(hash, { hash })]).toEqual([true, true]);
});
