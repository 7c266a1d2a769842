import { describe, expect, it } from 'vitest';
import type { PolicyRequest } from '@countersign/policy-engine';
import { agentToolsReference } from '../reference/agent-tools.reference.js';
import { ALLOWS_ALL, aRequest, compare } from '../testing/agreement.js';
import type { Draws } from '../testing/draws.js';
import { importAgentTools } from './import-agent-tools.js';

const source = (rest: string) => `
version = "2.1"
[agents.agent-research]
tools = ["search", "fetch", "note", "pay"]
capabilities = ["read-web"]

[agents.agent-writer]
tools = { allow = ["note", "publish", "search", "draft"], deny = ["shell"] }

[proposals]
auto_approve = ["search", "note", "pay", "fetch"]
require_approval = ["publish", "fetch"]
never_auto_approve = ["pay"]
default = "${rest}"
max_cost_usd = 0.5
`;

function generate(draws: Draws): PolicyRequest {
  const action = draws.one(['search', 'fetch', 'note', 'pay', 'publish', 'draft', 'shell', 'unknown']);
  const usd = draws.one<unknown>([0, 0.5, 0.51, 12, -1, '0', 0.25, 0.1]);
  return aRequest({
    agentId: draws.one(['agent-research', 'agent-writer', 'agent-research', 'agent-writer', 'agent-other']),
    topic: `job.tool.${draws.chance(0.5) ? action : 'call'}`,
    action,
    capabilities: draws.one([[], ['read-web'], ['read-web', 'payments'], ['payments']]),
    details: draws.chance(0.85) ? { estimate: draws.chance(0.9) ? { usd } : { tokens: 9 } } : {},
  });
}

describe.each(['require_approval', 'deny'])(
  'tool allowlists whose default is %s, read directly and as native rules',
  (rest) => {
    const { shares, differences } = compare(
      importAgentTools(source(rest), { fileName: 'tools.toml' }),
      agentToolsReference(source(rest)),
      generate,
      { count: 10_000, seed: 7 },
    );

    it('decides 10,000 random jobs the same way (P9, H11, P15)', () => {
      expect(differences).toEqual([]);
    });

    it('stays as strict beside a file that allows everything', () => {
      const beside = compare(
        importAgentTools(source(rest), { fileName: 'tools.toml' }),
        agentToolsReference(source(rest)),
        generate,
        { count: 2_000, seed: 3, beside: ALLOWS_ALL },
      );
      expect(beside.differences).toEqual([]);
    });

    it.each([
      'other agent',
      'denied tool',
      'not listed',
      'capability',
      'never',
      'asks',
      'default',
      'no cost',
      'cost of another type',
      'cost',
      'automatic',
    ])('reaches the branch "%s" with at least one job in a hundred', (branch) => {
      expect(shares[branch]).toBeGreaterThanOrEqual(0.01);
    });
  },
);
