import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GUARD_MS, POLICIES } from '../proofs/guard.js';
import { loadPolicy } from '../load/load-policy.js';
import type { PolicySource } from '../policy-source.js';
import { drawFrom } from '../proofs/draw-from.js';
import { snapshotOf } from '../proofs/load-files.js';
import { randomPolicy } from '../proofs/random-policy.js';
import { aSnapshot } from '../testing/builders.js';
import { printPolicy, printRule } from './print-policy.js';

function loaded(sources: readonly PolicySource[]) {
  const result = loadPolicy(sources);
  if (!result.ok) throw new Error(JSON.stringify({ errors: result.errors, sources }, null, 1));
  return result.snapshot;
}

const SHORT_FORMS = `
version: v1
policy_id: shop
policy_version: 1.2.0
sets: { trusted: [agent-1, agent-2] }
rules:
  - { id: rest, match: { topics: ['job.>'] }, when: job.agent_id in sets.trusted, decision: allow }
tiers:
  - { id: github, topics: ['job.github.>'], actions: { read: 0, comment: 1, open: 2, merge: 3, delete: 4 } }
matrix:
  - { id: confidence, topics: ['job.agent.>'] }
hours:
  - { id: office, topics: ['job.deploy.>'], within: 'mon-fri 09:00-17:00', timezone: Europe/Berlin, outside: require_approval }
blacklist:
  - { id: prod, topics: ['job.github.>'], resources: ['github.com/acme/prod-*'], actions: [drop] }
allowlists:
  - { agent: agent-1, topics: ['job.web.>'], capabilities: [read-web] }
unlisted_agents: deny
never_auto_approve:
  - { id: money, actions: [pay] }
`;

describe('a printed policy', { timeout: GUARD_MS }, () => {
  it('compiles to the same snapshot, whatever the rules', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const snapshot = snapshotOf(randomPolicy(drawFrom(gen), { rules: 5, conditions: 30 }));
        const again = loaded(printPolicy(snapshot));
        expect(again.rules).toEqual(snapshot.rules);
        expect(again.hash).toBe(snapshot.hash);
      }),
      { numRuns: POLICIES },
    );
  });

  it('compiles to the same snapshot when its rules came of short forms', () => {
    const snapshot = aSnapshot(SHORT_FORMS);
    expect(snapshot.rules.length).toBeGreaterThan(15);
    expect(loaded(printPolicy(snapshot)).hash).toBe(snapshot.hash);
  });

  it('compiles to the same snapshot when a scope has no rule of its own', () => {
    const snapshot = loaded([
      {
        file: 'a.yaml',
        text: 'version: v1\nrules:\n  - { id: a, match: { topics: ["job.>"] }, decision: allow }',
      },
      {
        file: 'b.yaml',
        text: 'version: v1\nscope: { tenants: [acme] }\nmatrix:\n  - { id: m, topics: ["job.x.>"] }',
      },
    ]);
    const printed = printPolicy(snapshot);
    expect(printed.map(({ file }) => file)).toEqual(['policy.yaml', 'scope-1.yaml']);
    expect(loaded(printed).hash).toBe(snapshot.hash);
  });

  it('needs no file for everybody when every rule stands in a scope', () => {
    const snapshot = loaded([
      {
        file: 'b.yaml',
        text: 'version: v1\nscope: { agents: [a] }\ndefault: deny\nrules:\n  - { id: a, match: { topics: ["job.>"] }, decision: allow }',
      },
    ]);
    const printed = printPolicy(snapshot);
    expect(printed).toEqual([
      {
        file: 'scope-1.yaml',
        text: [
          'version: v1',
          'scope: { agents: [ a ] }',
          'default: deny',
          'rules:',
          '  - id: a',
          '    match: { topics: [ job.> ] }',
          '    decision: allow',
          '',
        ].join('\n'),
      },
    ]);
    expect(loaded(printed).hash).toBe(snapshot.hash);
  });
});

describe('a printed rule', () => {
  it('reads like the one that a person would write', () => {
    const text = [
      '- id: big-refunds-wait',
      '  match:',
      '    topics: [ job.pay.*, job.refund.> ]',
      '    actions: [ issue_*, refund ]',
      '    labels: { env: prod }',
      '    risk_tags: [ prod ]',
      '    except: { agents: [ agent-7 ] }',
      '  when: [ has(job.params.amount), job.params.amount > 500 ]',
      '  decision: require_approval',
      '  reason: "Refunds above 500 need a person: that\'s the rule"',
      '  constraints: { max_retries: 2 }',
      '  approval:',
      '    quorum: 2',
      '    groups: [ finance ]',
      '    ttl: 10m',
      '    confirm: true',
      '    escalate_after: 90s',
      '    escalate_to: [ leads ]',
      '  obligations: [ audit ]',
      '',
    ].join('\n');
    const snapshot = aSnapshot(`version: v1\nrules:\n${text.replaceAll(/^/gm, '  ')}`);
    expect(snapshot.rules.map(printRule).join('')).toBe(text);
  });
});
