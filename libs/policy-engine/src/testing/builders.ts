import { loadPolicy } from '../load/load-policy.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import type { PolicyProblem } from '../policy-source.js';

/** A harmless request; say what differs. */
export function aRequest(over: Partial<PolicyRequest> = {}): PolicyRequest {
  return {
    topic: 'job.mcp-bridge.read.ticket',
    tenantId: 'default',
    agentId: 'agent-1',
    riskTags: [],
    capabilities: [],
    labels: {},
    params: {},
    ...over,
  };
}

/** A snapshot of one file's text. Throws, with the problems, if it is refused. */
export function aSnapshot(text: string): PolicySnapshot {
  const result = loadPolicy([{ file: 'policy.yaml', text }]);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.snapshot;
}

/** A snapshot of rules given as values; JSON is YAML. */
export function aSnapshotOf(rules: readonly object[], classify?: readonly object[]): PolicySnapshot {
  return aSnapshot(JSON.stringify({ version: 'v1', rules, ...(classify && { classify }) }));
}

/** The errors of one file's text; empty if it loads. */
export function errorsOf(text: string): readonly PolicyProblem[] {
  const result = loadPolicy([{ file: 'policy.yaml', text }]);
  return result.ok ? [] : result.errors;
}
