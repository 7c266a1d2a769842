import { loadPolicy, type PolicySnapshot } from '@countersign/policy-engine';
import type { PlatformConfig } from '@countersign/service-kit';

/** The pool of a worker that does not play by the rules. Nothing is ever offered to it. */
export const FOREIGN_POOL = 'foreign';

/** The settings of the simulated platform. */
export const CONFIG: PlatformConfig = {
  natsUrl: 'nats://simulated',
  topology: {
    producers: [{ name: 'local-producer', tenant: 'default', agents: ['*'] }],
    pools: [
      { name: 'mcp', topics: ['job.mcp-bridge.>'] },
      { name: 'agent', topics: ['job.agent.>'] },
      { name: FOREIGN_POOL, topics: ['job.foreign.>'] },
    ],
  },
  policyFiles: [],
  http: { host: '127.0.0.1', port: 0 },
  secrets: {
    fingerprintKey: Buffer.alloc(32, 1),
    quarantineKey: Buffer.alloc(32, 2),
    decisionSealKeys: () => [Buffer.alloc(32, 3)],
    approvalSealKeys: () => [Buffer.alloc(32, 4)],
    warrantKeys: () => Promise.reject(new Error('warrants are not signed here')),
  },
};

/** What a job of each kind is decided by. */
const POLICY_TEXT = `
version: v1
rules:
  - id: allow-reads
    match: { topics: ['job.mcp-bridge.read.*'] }
    decision: allow
  - id: ask-about-writes
    match: { topics: ['job.mcp-bridge.write.*'] }
    decision: require_approval
    reason: 'Writes need a reviewer'
  - id: limit-commands
    match: { topics: ['job.agent.exec.*'] }
    decision: allow_with_constraints
    constraints: { max_runtime_sec: 60, max_retries: 2 }
  - id: deny-destructive
    match: { risk_tags: ['destructive'] }
    decision: deny
`;

export const POLICY: PolicySnapshot = read(POLICY_TEXT);

function read(text: string): PolicySnapshot {
  const loaded = loadPolicy([{ file: 'simulated.yaml', text }]);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.snapshot;
}
