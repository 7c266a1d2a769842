import { describe, expect, it } from 'vitest';
import type { PolicyRequest } from '@countersign/policy-engine';
import { manifestReference, tierReference } from '../reference/permissions.reference.js';
import { ALLOWS_ALL, aRequest, compare } from '../testing/agreement.js';
import type { Draws } from '../testing/draws.js';
import { importPermissions } from './import-permissions.js';

const MANIFEST = `
agent_id: agent-dev
permissions:
  - { resource: "github.com/Acme/*", actions: [read, comment] }
  - { resource: "github.com/acme/site/**", actions: [comment, merge] }
  - { resource: "*", actions: [status] }
  - { resource: "github.com/*/docs", actions: [push, wipe] }
denied_actions: [wipe]
`;
const TIERS = `
tiers:
  0: [read_file]
  1: [comment]
  2: [open_pr]
  3: [merge]
  4: [delete_repo]
`;

function manifestRequest(draws: Draws): PolicyRequest {
  const resource = draws.one([
    'github.com/acme/site',
    'GitHub.com/ACME/Site.git',
    'https://github.com/acme/app',
    'github.com/acme/site/pull/4',
    'github.com/acme/app/pull/4',
    'github.com/other/docs',
    'github.com/other/docs/x',
    'gitlab.com/acme/site',
  ]);
  return aRequest({
    agentId: draws.chance(0.9) ? 'agent-dev' : 'agent-other',
    action: draws.one(['read', 'comment', 'merge', 'status', 'push', 'wipe', 'unknown', 'Read']),
    ...(draws.chance(0.9) && { resource }),
  });
}

function tierRequest(draws: Draws): PolicyRequest {
  const action = draws.one(['read_file', 'comment', 'open_pr', 'open_pr', 'merge', 'delete_repo', 'unknown']);
  const named = draws.chance(0.5);
  const space = draws.chance(0.9) ? 'github' : 'gitlab';
  return aRequest({
    topic: `job.${space}.${named ? 'x' : action}`,
    ...(named && { action }),
    details: draws.chance(0.5) ? { compensation: { topic: 'job.github.undo', params: {} } } : {},
  });
}

describe('a permission manifest, read directly and as native rules', () => {
  const { shares, differences } = compare(
    importPermissions(MANIFEST),
    manifestReference(MANIFEST),
    manifestRequest,
    {
      count: 10_000,
      seed: 8,
    },
  );

  it('decides 10,000 random jobs the same way (P15)', () => {
    expect(differences).toEqual([]);
  });

  it('stays as strict beside a file that allows everything', () => {
    const beside = compare(importPermissions(MANIFEST), manifestReference(MANIFEST), manifestRequest, {
      count: 2_000,
      seed: 3,
      beside: ALLOWS_ALL,
    });
    expect(beside.differences).toEqual([]);
  });

  it.each([
    'other agent',
    'denied',
    'no permission',
    'any resource',
    'no resource',
    'permitted',
    'other resource',
  ])('reaches the branch "%s" with at least one job in a hundred', (branch) => {
    expect(shares[branch]).toBeGreaterThanOrEqual(0.01);
  });
});

describe('a tier map, read directly and as native rules', () => {
  const imported = importPermissions(TIERS, { topics: ['job.github.>'] });
  const { shares, differences } = compare(imported, tierReference(TIERS), tierRequest, {
    count: 10_000,
    seed: 9,
  });

  it('decides 10,000 random jobs the same way (P6, P15)', () => {
    expect(differences).toEqual([]);
  });

  it.each(['elsewhere', 'tier 0', 'tier 1', 'tier 2', 'no compensation', 'tier 3', 'tier 4', 'unlisted'])(
    'reaches the branch "%s" with at least one job in a hundred',
    (branch) => {
      expect(shares[branch]).toBeGreaterThanOrEqual(0.01);
    },
  );
});
