import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../policy-rule.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { aRequest, aSnapshotOf } from '../testing/builders.js';
import { decide } from './decide.js';
import type { PolicyRequest } from './policy-request.js';

describe('doubt denies', () => {
  const anything = aSnapshotOf(
    [{ id: 'a', decision: 'allow', match: { topics: ['>'] } }],
    [{ id: 'c', match: { params_contain: ['rm_recursive'] }, add_tags: ['t'] }],
  );
  const evaluationError = { type: 'DENY', reasonCode: 'evaluation_error', constraints: {}, obligations: {} };
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('secret-4711');
      },
    },
  );
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  let deep: unknown = 'x';
  for (let n = 0; n < 100_000; n++) deep = [deep];

  it.each([
    ['a topic in capitals (P07)', { topic: 'job.MCP-bridge.read.x' }],
    ['a zero-width space in the topic (P08)', { topic: 'job.re\u200bad.x' }],
    ['a look-alike letter in the topic (P08)', { topic: 'job.r\u0435ad.x' }],
    ['a full-width topic (P08)', { topic: 'job.\uff52ead' }],
    ['a wildcard as topic', { topic: 'job.>' }],
    ['a topic of 64 KB (P19)', { topic: `job.${'a.'.repeat(32_768)}a` }],
    ['a topic that is no text', { topic: 7 }],
    ['a tag in capitals (P07)', { riskTags: ['Destructive'] }],
    ['a tag with a zero-width space (P08)', { riskTags: ['pro\u200bd'] }],
    ['tags that are no list', { riskTags: 'prod' }],
    ['labels that are missing (P05)', { labels: undefined }],
    ['a label that is no text', { labels: { approved: true } }],
    ['capabilities that are null', { capabilities: null }],
    ['a tenant that is missing', { tenantId: undefined }],
    ['params that throw (P13)', { params: trap }],
    ['cyclic params', { params: cyclic }],
    ['params nested beyond the stack (P13)', { params: deep }],
  ])('about %s', (_what, over) => {
    const decision = decide(anything, aRequest(over as Partial<PolicyRequest>));
    expect(decision).toMatchObject(evaluationError);
    expect(decision.reason).not.toContain('4711');
  });

  it.each([undefined, null, 7, {}])('about the request %j', (request) => {
    expect(decide(anything, request as PolicyRequest)).toMatchObject(evaluationError);
  });

  it.each([undefined, null, {}])('about the snapshot %j: no policy is no permission (case 1)', (snapshot) => {
    expect(decide(snapshot as PolicySnapshot, aRequest())).toMatchObject(evaluationError);
  });

  it('about a rule that throws, and decides the next request as before (case 2, P13)', () => {
    const throwing: PolicySnapshot = {
      ...anything,
      index: {
        matching: (context) => {
          if (context.topic === 'job.bad') throw new RangeError('boom');
          return anything.index.matching(context);
        },
      },
    };
    expect(decide(throwing, aRequest({ topic: 'job.bad' }))).toMatchObject(evaluationError);
    expect(decide(throwing, aRequest()).type).toBe('ALLOW');
  });

  it('about an unknown decision word in a snapshot that was not made by loading (case 3)', () => {
    const rules = [
      { id: 'a', decision: 'permit', match: {}, reason: 'fine' },
    ] as unknown as readonly PolicyRule[];
    expect(decide({ ...anything, rules }, aRequest())).toMatchObject({
      ...evaluationError,
      reason: 'The policy could not be evaluated: rule a has an unknown decision.',
    });
  });
});
