import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topology } from '@countersign/contracts';

export const POOL = 'bench';
/** Who submits over HTTP without credentials belongs to this tenant. */
export const TENANT = 'default';

/** Topics of the jobs that are asked about; they all begin with {@link TOPICS}. */
export const TOPICS = 'job.bench.ask';
const VERBS = ['refund', 'transfer', 'delete', 'update', 'notify'];
/** Agents in whose name jobs are submitted. */
export const AGENTS = 20;

export const TOPOLOGY: Topology = {
  producers: [],
  pools: [{ name: POOL, topics: ['job.bench.>'] }],
};

/** Every question waits for a day; those about deletions want two people and a typed word, so risks differ. JSON is YAML. */
const POLICY = {
  version: 'v1',
  rules: [
    {
      id: 'ask',
      match: { topics: [`${TOPICS}.*`] },
      decision: 'require_approval',
      reason: 'A person has to agree',
      approval: { ttl: '24h' },
    },
    {
      id: 'ask-with-care',
      match: { topics: [`${TOPICS}.delete`] },
      decision: 'require_approval',
      reason: 'What is deleted is gone',
      approval: { ttl: '24h', confirm: true },
    },
  ],
};

/** The agent that the n-th job is of, by turns. */
export const agentOf = (n: number): string => `agent-${n % AGENTS}`;
/** The topic of the n-th job, by turns. */
export const topicOf = (n: number): string => `${TOPICS}.${VERBS[n % VERBS.length]}`;

/** The request for the n-th job: params as an agent would have them, of about 400 bytes. */
export function jobRequest(n: number, topic = topicOf(n)): object {
  return {
    topic,
    tenant_id: TENANT,
    agent_id: agentOf(n),
    risk_tags: ['low'],
    labels: { team: 'platform', origin: 'bench' },
    params: {
      case: `C-${n}`,
      amount: 100 + (n % 900),
      currency: 'EUR',
      note: 'The customer wrote twice about the same order and asks for the money back; the parcel came back unopened. '.repeat(
        2,
      ),
    },
    rationale: { reasoning: 'The order came back and the rules for returns are kept.', confidence: 0.9 },
  };
}

/** Writes topology and policy into a folder. */
export async function writeFiles(
  folder: string,
): Promise<{ readonly topologyFile: string; readonly policyFile: string }> {
  const topologyFile = join(folder, 'platform.yaml');
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(topologyFile, JSON.stringify(TOPOLOGY));
  await writeFile(policyFile, JSON.stringify(POLICY));
  return { topologyFile, policyFile };
}
