import { decide, loadPolicy, type PolicyRequest } from '@countersign/policy-engine';
import type { ImportResult } from '../import-result.js';
import type { Verdict } from '../reference/verdict.js';
import { Draws } from './draws.js';

/** How often each part of the source decided, and the first requests on which the two readings differ. */
export interface Agreement {
  readonly shares: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

const SHOWN = 5;

/** How many requests, from which seed, and which other file is in the bundle. */
export interface Comparison {
  readonly count: number;
  readonly seed: number;
  /** Another file; requests that the source is not about are then left out. */
  readonly beside?: string;
}

/** A file that allows everything: what an import denies stays denied beside it. */
export const ALLOWS_ALL = 'version: v1\nrules: [{ id: zz, match: { topics: ["job.>"] }, decision: allow }]';

/** Branches of requests that a source is not about. */
const NOT_ABOUT = ['other agent', 'elsewhere'];

/** Decides random requests twice: by the native rules of an import, and by a direct reading of its source. */
export function compare(
  imported: ImportResult,
  reference: (request: PolicyRequest) => Verdict,
  generate: (draws: Draws) => PolicyRequest,
  { count, seed, beside }: Comparison,
): Agreement {
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  const files = imported.files.map(({ path, text }) => ({ file: path, text }));
  const loaded = loadPolicy(beside === undefined ? files : [...files, { file: 'beside.yaml', text: beside }]);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const draws = new Draws(seed);
  const hits = new Map<string, number>();
  const differences: string[] = [];
  for (let at = 0; at < count; at++) {
    const request = generate(draws);
    const expected = reference(request);
    if (beside !== undefined && NOT_ABOUT.includes(expected.branch)) continue;
    const decided = decide(loaded.snapshot, request);
    hits.set(expected.branch, (hits.get(expected.branch) ?? 0) + 1);
    const same =
      decided.type === expected.type && (expected.reason === undefined || decided.reason === expected.reason);
    if (same || differences.length >= SHOWN) continue;
    differences.push(JSON.stringify({ request, expected, decided: { ...decided, constraints: undefined } }));
  }
  const shares = Object.fromEntries([...hits].sort().map(([branch, hit]) => [branch, hit / count]));
  return { shares, differences };
}

/** A request that says the least. */
export function aRequest(over: Partial<PolicyRequest>): PolicyRequest {
  return {
    topic: 'job.case.run',
    tenantId: 'default',
    agentId: 'agent-1',
    riskTags: [],
    capabilities: [],
    labels: {},
    params: {},
    ...over,
  };
}
