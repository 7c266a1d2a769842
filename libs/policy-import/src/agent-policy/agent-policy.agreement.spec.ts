import { describe, expect, it } from 'vitest';
import type { PolicyRequest } from '@countersign/policy-engine';
import { agentPolicyReference } from '../reference/agent-policy.reference.js';
import { ALLOWS_ALL, aRequest, compare } from '../testing/agreement.js';
import type { Draws } from '../testing/draws.js';
import { importAgentPolicy } from './import-agent-policy.js';

const SOURCE = `
agent_id: agent-support
domain: support
allowed_actions: [Answer, issue_refund, close_case, wipe]
forbidden_actions: [delete_account, wipe]
escalation_rules:
  - condition: "refund_amount > 500"
    action: human_approval_required
  - condition: "flagged or (tier == 'gold' and not verified)"
    action: human_review_before_action
  - condition: "temperature < -10"
    action: human_approval_required
audit_frequency: weekly
`;
const NAMES = {
  refund_amount: { path: 'params.amount', carriedBy: ['issue_refund'] },
  flagged: { path: 'params.customer.flagged' },
  tier: { path: 'params.customer.tier', carriedBy: ['close_case'] },
  verified: { path: 'params.verified', carriedBy: ['close_case'] },
  temperature: { path: 'params.temperature', carriedBy: ['close_case'], signed: true },
};

function generate(draws: Draws): PolicyRequest {
  const action = draws.one([
    'answer',
    'issue_refund',
    'issue_refund',
    'close_case',
    'delete_account',
    'wipe',
    'Answer',
    'unknown',
  ]);
  const customer: Record<string, unknown> = {};
  const params: Record<string, unknown> = { customer };
  if (draws.chance(0.9)) params['amount'] = draws.one([0, 1, 500, 500.5, 501, 9000, -900, '900', null]);
  if (draws.chance(0.9)) customer['flagged'] = draws.one([false, false, false, false, true, 'true', 1]);
  if (draws.chance(0.9)) customer['tier'] = draws.one(['gold', 'silver', 'Gold', 7]);
  if (draws.chance(0.9)) params['verified'] = draws.one([true, false, true, false, 'no']);
  if (draws.chance(0.9)) params['temperature'] = draws.one([-10, -11, 0, 20.5, '5']);
  if (draws.chance(0.05)) params['customer'] = draws.one([null, 5, 'gold', []]);
  const named = draws.chance(0.7);
  const domain = draws.chance(0.9) ? 'support' : 'supportive';
  return aRequest({
    agentId: draws.chance(0.95) ? 'agent-support' : 'agent-other',
    topic: `job.${domain}.${named ? 'case' : action.toLowerCase()}`,
    ...(named && { action }),
    params: draws.chance(0.02) ? draws.one<unknown>([null, 5, []]) : params,
  });
}

describe('an agent policy, read directly and as native rules', () => {
  const { shares, differences } = compare(
    importAgentPolicy(SOURCE, { names: NAMES }),
    agentPolicyReference(SOURCE, NAMES),
    generate,
    { count: 10_000, seed: 4 },
  );

  it('decides 10,000 random jobs the same way, with the same reasons (P4, P15)', () => {
    expect(differences).toEqual([]);
  });

  it('stays as strict beside a file that allows everything', () => {
    const beside = compare(
      importAgentPolicy(SOURCE, { names: NAMES }),
      agentPolicyReference(SOURCE, NAMES),
      generate,
      { count: 2_000, seed: 3, beside: ALLOWS_ALL },
    );
    expect(beside.differences).toEqual([]);
  });

  it.each([
    'other agent',
    'forbidden',
    'domain',
    'not allowed',
    'missing',
    'wrong type',
    'negative',
    'human_approval_required',
    'human_review_before_action',
    'allowed',
  ])('reaches the branch "%s" with at least one job in a hundred', (branch) => {
    expect(shares[branch]).toBeGreaterThanOrEqual(0.01);
  });
});
