import { describe, expect, it } from 'vitest';
import type { PolicyRequest } from '@countersign/policy-engine';
import { frameworkReference } from '../reference/framework.reference.js';
import { ALLOWS_ALL, aRequest, compare } from '../testing/agreement.js';
import type { Draws } from '../testing/draws.js';
import { importFramework } from './import-framework.js';

const SOURCE = `
agent_id: agent-triage
operating_hours:
  start: "09:00"
  end: "17:30"
  days: [monday, tuesday, thursday, friday]
  timezone: Europe/Berlin
rate_limits:
  api_calls: 5000/hour
  add_comment: 10/day
approval_required:
  - close_issue_with_label:"wontfix"
  - close_issue_with_label:"Security"
  - transfer_with_label:"internal"
  - merge
auto_approve: [add_label, add_comment, close_issue, merge, force_push]
blacklist:
  repositories: ["Org/*", "acme/secret-*"]
  actions: [force_push, delete_repo]
monitoring:
  alerts:
    - { trigger: guardrail_triggered, channel: slack }
rollback:
  enabled: true
  window_hours: 24
`;
const LIMITS = { api_calls: ['add_comment', 'merge', 'close_issue'] };

function generate(draws: Draws): PolicyRequest {
  const action = draws.one([
    'add_label',
    'add_comment',
    'close_issue',
    'close_issue',
    'transfer',
    'merge',
    'force_push',
    'delete_repo',
    'unknown',
  ]);
  const labels = draws.one<unknown>([
    ['WontFix'],
    [5, 'wontfix'],
    ['bug', 'security'],
    ['internal'],
    ['bug'],
    [],
    'wontfix',
    undefined,
    { wontfix: 1 },
    [{ name: 'wontfix' }],
  ]);
  const open = Date.UTC(2026, draws.one([0, 6]), draws.whole(5, 25), draws.whole(7, 15), draws.whole(0, 59));
  const any = Date.UTC(2026, draws.whole(0, 11), draws.whole(1, 28), draws.whole(0, 23), draws.whole(0, 59));
  const resource = draws.one([
    'github.com/org/repo',
    'GitHub.com/Org/Repo.git',
    'https://github.com/Org/x/issues/4',
    'github.com/acme/secret-plans',
    'gitlab.com/acme/secret-x/pull/1',
    'github.com/acme/site',
    'github.com/acme/site/pull/9',
    'github.com/organisation/site',
    'github.com/acme/notsecret-x',
    'github.com/free/site.git',
    'Org/x',
    'acme/secret-x/pull/1',
    'acme/site',
    'https://api.github.com/repos/Org/x/issues/4',
    'https://api.github.com/repos/acme/site',
  ]);
  return aRequest({
    agentId: draws.chance(0.95) ? 'agent-triage' : 'agent-other',
    action,
    params: labels === undefined ? {} : { labels },
    now: new Date(draws.chance(0.8) ? open : any).toISOString(),
    ...(draws.chance(0.95) && { resource }),
  });
}

describe('a framework file, read directly and as native rules', () => {
  const imported = importFramework(SOURCE, { names: { label: 'params.labels' }, limits: LIMITS });
  const { shares, differences } = compare(imported, frameworkReference(SOURCE, LIMITS), generate, {
    count: 10_000,
    seed: 6,
  });

  it('decides 10,000 random jobs the same way, with the same reasons (P8, P15)', () => {
    expect(differences).toEqual([]);
  });

  it.each(['Org/x', 'org/x/issues/4', 'https://api.github.com/repos/Org/x', 'github.com/ORG/x.git'])(
    'denies a blacklisted repository that a job names as %s (P8)',
    (resource) => {
      const asked = aRequest({
        agentId: 'agent-triage',
        action: 'add_label',
        now: '2026-06-09T10:00:00Z',
        resource,
      });
      const one = compare(imported, frameworkReference(SOURCE, LIMITS), () => asked, { count: 1, seed: 1 });
      expect(one).toEqual({ shares: { 'blacklisted repository': 1 }, differences: [] });
    },
  );

  it('stays as strict beside a file that allows everything', () => {
    const beside = compare(imported, frameworkReference(SOURCE, LIMITS), generate, {
      count: 2_000,
      seed: 3,
      beside: ALLOWS_ALL,
    });
    expect(beside.differences).toEqual([]);
  });

  it.each([
    'other agent',
    'hours',
    'blacklisted action',
    'no resource',
    'blacklisted repository',
    'unlisted',
    'unlisted case',
    'no labels',
    'approval',
    'rate',
    'automatic',
  ])('reaches the branch "%s" with at least one job in a hundred', (branch) => {
    expect(shares[branch]).toBeGreaterThanOrEqual(0.01);
  });
});
