import { describe, expect, it } from 'vitest';
import { GUARD_MS, POLICIES } from './guard.js';
import { decide } from '../decide/decide.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { seededDraw } from './draw.js';
import { snapshotOf } from './load-files.js';
import { randomPolicy } from './random-policy.js';
import { randomRequest } from './random-request.js';

/** A copy whose member throws what it is given as soon as somebody looks at it. */
function withTrap<T extends object>(value: T, member: keyof T, thrown: unknown): T {
  return Object.defineProperty({ ...value }, member, {
    enumerable: true,
    get: () => {
      throw thrown;
    },
  });
}

const ALLOWED = snapshotOf([
  {
    version: 'v1',
    classify: [{ id: 'c', match: { topic_tokens: ['drop*'] }, add_tags: ['bulk'] }],
    rules: [
      {
        id: 'all',
        decision: 'allow',
        match: { topics: ['job.>'], resources: ['**'] },
        when: ['job.action == "read"'],
      },
    ],
  },
]);
const REQUEST: PolicyRequest = {
  topic: 'job.db.read',
  tenantId: 'acme',
  agentId: 'agent-1',
  riskTags: [],
  capabilities: [],
  labels: {},
  params: { a: [1, { b: 2 }] },
  action: 'read',
  resource: 'github.com/acme/web',
  details: {},
  verified: { producer: 'p1' },
  now: '2026-11-20T10:00:00Z',
};
const THROWN = [new Error('x'), new RangeError('x'), 'a text', null, undefined];

describe('an engine that breaks (P13)', { timeout: GUARD_MS }, () => {
  it('lets the request pass as long as nothing breaks', () => {
    expect(decide(ALLOWED, REQUEST).type).toBe('ALLOW');
  });

  it.each(['topic', 'tenantId', 'agentId', 'riskTags', 'capabilities', 'labels'] as const)(
    'denies, whatever reading %s of the request throws',
    (member) => {
      for (const thrown of THROWN) {
        const decision = decide(ALLOWED, withTrap(REQUEST, member, thrown));
        expect(decision).toMatchObject({ type: 'DENY', reasonCode: 'evaluation_error' });
        expect(decision.reason).not.toContain('x.');
      }
    },
  );

  it.each(['rules', 'index', 'classify', 'conditions', 'classifiers', 'scopes'] as const)(
    'denies when %s of the snapshot is gone or throws',
    (member) => {
      const broken: PolicySnapshot[] = [
        { ...ALLOWED, [member]: undefined },
        ...THROWN.map((thrown) => withTrap(ALLOWED, member, thrown)),
      ];
      const types = new Set(broken.map((snapshot) => decide(snapshot, REQUEST).type));
      expect([...types]).toEqual(['DENY']);
    },
  );

  it('denies a request that is none', () => {
    const none: readonly unknown[] = [null, undefined, 7, 'text', [], {}, new Map()];
    for (const request of none) {
      expect(decide(ALLOWED, request as PolicyRequest)).toMatchObject({
        type: 'DENY',
        constraints: {},
      });
    }
  });

  it('never throws and never loosens: a broken part of a random request denies or plays no part', () => {
    const draw = seededDraw(13);
    for (let round = 0; round < POLICIES / 4; round++) {
      const snapshot = snapshotOf(randomPolicy(draw, { rules: 4, conditions: 30 }));
      const request = randomRequest(draw);
      const whole = decide(snapshot, request);
      for (const member of Object.keys(request) as (keyof PolicyRequest)[]) {
        const broken = decide(snapshot, withTrap(request, member, new Error('broken')));
        if (broken.type !== 'DENY') expect({ member, broken }).toEqual({ member, broken: whole });
      }
    }
  });
});
