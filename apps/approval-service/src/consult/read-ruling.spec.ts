import { describe, expect, it } from 'vitest';
import { readRuling } from './read-ruling.js';

const about = { job_hash: 'sha256:aa', action: 'pay' };
const answer = (over: object = {}) => ({
  ok: true,
  type: 'REQUIRE_APPROVAL',
  obligations: { approval: { quorum: 2, groups: ['sre'], ttl_sec: 60, confirm: true } },
  job_hash: 'sha256:aa',
  changed: true,
  ...over,
});

describe('readRuling (H9)', () => {
  it('gives the terms of now', () => {
    expect(readRuling(answer(), about)).toEqual({
      kind: 'open',
      terms: { quorum: 2, groups: ['sre'], confirm: 'pay' },
    });
  });

  it('gives a denial', () => expect(readRuling(answer({ type: 'DENY' }), about)).toEqual({ kind: 'denied' }));

  it('leaves the terms of the question where the policy would allow', () => {
    expect(readRuling(answer({ type: 'ALLOW', obligations: {} }), about)).toEqual({
      kind: 'open',
      terms: { quorum: 1, groups: [], confirm: null },
    });
  });

  it.each([
    ['a refusal', { ok: false, code: 'not_found' }],
    ['other bytes', answer({ job_hash: 'sha256:bb' })],
    ['an unknown type', answer({ type: 'MAYBE' })],
    ['nothing', undefined],
    ['a truthy text', 'ALLOW'],
  ])('takes %s for no answer', (_, given) =>
    expect(readRuling(given, about)).toEqual({ kind: 'unavailable' }),
  );
});
