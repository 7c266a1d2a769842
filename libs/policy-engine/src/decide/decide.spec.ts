import { describe, expect, it } from 'vitest';
import { aRequest, aSnapshot, aSnapshotOf } from '../testing/builders.js';
import { decide } from './decide.js';
import type { PolicyRequest } from './policy-request.js';

const SAMPLE = `version: v1
rules:
  - id: allow-low-risk-read
    match: { topics: ["job.mcp-bridge.read.*"], risk_tags: [] }
    decision: allow
  - id: require-approval-prod-write
    match: { topics: ["job.mcp-bridge.write.*"], risk_tags: ["prod"] }
    decision: require_approval
    reason: "Production writes require human review"
  - id: constrain-medium-risk
    match: { topics: ["job.agent.exec.*"], risk_tags: ["medium"] }
    decision: allow_with_constraints
    constraints: { max_runtime_sec: 45, max_retries: 1 }
  - id: deny-destructive
    match: { risk_tags: ["destructive"] }
    decision: deny
`;

describe('the sample policy', () => {
  const snapshot = aSnapshot(SAMPLE);

  it('allows an untagged read', () => {
    expect(decide(snapshot, aRequest())).toEqual({
      type: 'ALLOW',
      ruleIds: ['allow-low-risk-read'],
      reason: 'Allowed by rule allow-low-risk-read.',
      reasonCode: 'rule',
      derivedTags: [],
      constraints: {},
      obligations: {},
    });
  });

  it('does not allow a read that carries any tag', () => {
    expect(decide(snapshot, aRequest({ riskTags: ['low'] }))).toMatchObject({
      type: 'DENY',
      reasonCode: 'no_match',
    });
  });

  it('asks a reviewer about a production write', () => {
    const request = aRequest({ topic: 'job.mcp-bridge.write.update_ticket', riskTags: ['prod'] });
    expect(decide(snapshot, request)).toEqual({
      type: 'REQUIRE_APPROVAL',
      ruleIds: ['require-approval-prod-write'],
      reason: 'Production writes require human review',
      reasonCode: 'rule',
      derivedTags: [],
      constraints: {},
      obligations: { approval: { quorum: 1, groups: [], ttl_sec: 300 } },
    });
  });

  it('constrains a medium-risk run', () => {
    const request = aRequest({ topic: 'job.agent.exec.shell', riskTags: ['medium'] });
    expect(decide(snapshot, request)).toMatchObject({
      type: 'ALLOW_WITH_CONSTRAINTS',
      constraints: { max_runtime_sec: 45, max_retries: 1 },
      obligations: {},
    });
  });

  it('denies what is destructive, and says which rules matched', () => {
    const request = aRequest({ topic: 'job.agent.exec.shell', riskTags: ['medium', 'destructive'] });
    expect(decide(snapshot, request)).toEqual({
      type: 'DENY',
      ruleIds: ['deny-destructive', 'constrain-medium-risk'],
      reason: 'Denied by rule deny-destructive.',
      reasonCode: 'rule',
      derivedTags: [],
      constraints: {},
      obligations: {},
    });
  });

  it.each([
    ['job.mcp-bridge.write.update_ticket', []],
    ['job.mcp-bridge.read', []],
    ['job.mcp-bridge.read.a.b', []],
    ['job.mcp-bridge.release_payment_v2', []],
    ['job.agent.exec.shell', ['high']],
    ['job.other', ['prod']],
  ])('denies %s with the tags %j as unlisted (P09, P12)', (topic, riskTags) => {
    expect(decide(snapshot, aRequest({ topic, riskTags }))).toMatchObject({
      type: 'DENY',
      ruleIds: [],
      reasonCode: 'no_match',
    });
  });
});

describe('conditions', () => {
  const allows = (match: object, over: Partial<PolicyRequest>) =>
    decide(aSnapshotOf([{ id: 'a', match, decision: 'allow' }]), aRequest(over)).type === 'ALLOW';

  it.each([
    [{ tenants: ['acme'] }, { tenantId: 'acme' }, { tenantId: 'other' }],
    [{ agents: ['a1', 'a2'] }, { agentId: 'a2' }, { agentId: 'a' }],
    [{ capabilities: ['fs', 'net'] }, { capabilities: ['x', 'net'] }, { capabilities: [] }],
    [{ labels: { a: '1', b: '2' } }, { labels: { a: '1', b: '2', c: '3' } }, { labels: { a: '1' } }],
    [{ risk_tags: ['x', 'y'] }, { riskTags: ['y'] }, { riskTags: ['z'] }],
    [{ risk_tags: { any: ['x', 'y'] } }, { riskTags: ['y'] }, { riskTags: [] }],
    [{ risk_tags: { all: ['x', 'y'] } }, { riskTags: ['y', 'x'] }, { riskTags: ['x'] }],
    [{ risk_tags: { none: ['x'] } }, { riskTags: ['y'] }, { riskTags: ['y', 'x'] }],
    [{ risk_tags: { any: ['x'], none: ['y'] } }, { riskTags: ['x'] }, { riskTags: ['x', 'y'] }],
    [{ risk_tags: [] }, { riskTags: [] }, { riskTags: ['x'] }],
    [{ topics: ['job.a', 'job.b.>'] }, { topic: 'job.b.c' }, { topic: 'job.b' }],
    [{ topics: ['job.*.write'] }, { topic: 'job.crm.write' }, { topic: 'job.crm.read' }],
  ])('%j', (match, fits, differs) => {
    expect(allows(match, fits)).toBe(true);
    expect(allows(match, differs)).toBe(false);
  });

  it('all have to hold', () => {
    const match = { tenants: ['acme'], agents: ['a1'] };
    expect(allows(match, { tenantId: 'acme', agentId: 'a1' })).toBe(true);
    expect(allows(match, { tenantId: 'acme' })).toBe(false);
  });

  it('never see what a label object inherits', () => {
    expect(allows({ labels: { toString: 'x' } }, {})).toBe(false);
  });

  it.each(['deny', 'require_approval'])('left out mean every request: %s (case 5)', (decision) => {
    const type = decide(aSnapshotOf([{ id: 'a', decision }]), aRequest()).type;
    expect(type).toBe(decision.toUpperCase());
  });
});

describe('obligations and constraints of all matching rules', () => {
  it('are merged to the tightest', () => {
    const snapshot = aSnapshotOf([
      {
        id: 'a',
        decision: 'require_approval',
        approval: { quorum: 2, groups: ['sre', 'dba'], ttl_sec: 600 },
      },
      {
        id: 'b',
        decision: 'require_approval',
        approval: { groups: ['dba', 'legal'] },
        constraints: { memory_mb: 64 },
      },
      { id: 'c', decision: 'allow_with_constraints', constraints: { max_runtime_sec: 9, memory_mb: 512 } },
      {
        id: 'd',
        decision: 'throttle',
        throttle: { rate: '10/day', key: 'tenant' },
        constraints: { max_retries: 0 },
      },
      { id: 'e', decision: 'throttle', throttle: { rate: '5/hour', burst: 2, on_excess: 'reject' } },
      { id: 'f', decision: 'allow', match: { topics: ['>'] } },
    ]);
    expect(decide(snapshot, aRequest())).toMatchObject({
      type: 'REQUIRE_APPROVAL',
      ruleIds: ['a', 'b', 'd', 'e', 'c', 'f'],
      constraints: { max_runtime_sec: 9, memory_mb: 64, max_retries: 0 },
      obligations: {
        approval: { quorum: 2, groups: ['dba'], ttl_sec: 300 },
        throttle: {
          on_excess: 'reject',
          limits: [
            { rule_id: 'd', limit: 10, window_sec: 86_400, key: 'tenant', burst: 10 },
            { rule_id: 'e', limit: 5, window_sec: 3600, key: 'agent', burst: 2 },
          ],
        },
      },
    });
  });

  it('deny when no group could approve for both rules: an empty list would mean anyone', () => {
    const snapshot = aSnapshotOf([
      { id: 'a', decision: 'require_approval', approval: { groups: ['sre'] } },
      { id: 'b', decision: 'require_approval', approval: { groups: ['legal'] } },
    ]);
    expect(decide(snapshot, aRequest())).toMatchObject({
      type: 'DENY',
      ruleIds: ['a', 'b'],
      reasonCode: 'evaluation_error',
      obligations: {},
    });
  });

  it('deny when two rules set a variable differently', () => {
    const rule = (id: string, value: string) => ({
      id,
      decision: 'allow_with_constraints',
      constraints: { env: { MODE: value } },
    });
    const decision = decide(aSnapshotOf([rule('a', 'x'), rule('b', 'y')]), aRequest());
    expect(decision).toMatchObject({ type: 'DENY', reasonCode: 'evaluation_error' });
    expect(decision.reason).not.toMatch(/\bx\b|\by\b/);
  });

  it('are no part of the snapshot: changing an answer changes no other', () => {
    const snapshot = aSnapshotOf([
      { id: 'a', decision: 'allow_with_constraints', constraints: { paths: { read: ['a'] } } },
    ]);
    const first = decide(snapshot, aRequest());
    (first.constraints.paths?.read as string[]).push('/');
    expect(decide(snapshot, aRequest()).constraints).toEqual({ paths: { read: ['a'] } });
  });
});

describe('classification', () => {
  const snapshot = aSnapshotOf(
    [
      { id: 'allow-all', match: { risk_tags: { none: ['destructive'] } }, decision: 'allow' },
      { id: 'deny-destructive', match: { risk_tags: ['destructive'] }, decision: 'deny' },
    ],
    [
      { id: 'topics', match: { topic_tokens: ['delete*'] }, add_tags: ['destructive', 'gone'] },
      {
        id: 'shell',
        match: { topics: ['job.agent.>'], params_contain: ['rm_recursive'] },
        add_tags: ['destructive'],
      },
    ],
  );

  it('derives tags that the client left out', () => {
    expect(decide(snapshot, aRequest({ topic: 'job.crm.delete_contact' }))).toMatchObject({
      type: 'DENY',
      derivedTags: ['destructive', 'gone'],
    });
  });

  it.each([[[]], [['low']], [['safe', 'read-only']]])(
    'is not talked out of it by the tags %j',
    (riskTags) => {
      const request = aRequest({ topic: 'job.agent.exec', params: { argv: ['rm', '-rf', '/'] }, riskTags });
      expect(decide(snapshot, request)).toMatchObject({ type: 'DENY', ruleIds: ['deny-destructive'] });
    },
  );

  it('asks for every condition of a classify rule', () => {
    expect(decide(snapshot, aRequest({ topic: 'job.wiki.write', params: 'rm -rf /' })).type).toBe('ALLOW');
  });

  it('makes a derived tag count against "no tags at all"', () => {
    const untagged = aSnapshotOf(
      [{ id: 'a', match: { risk_tags: [] }, decision: 'allow' }],
      [{ id: 'c', match: { topics: ['job.b'] }, add_tags: ['t'] }],
    );
    expect(decide(untagged, aRequest({ topic: 'job.a' })).type).toBe('ALLOW');
    expect(decide(untagged, aRequest({ topic: 'job.b' })).type).toBe('DENY');
  });
});
