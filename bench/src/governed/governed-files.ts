import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topology } from '@countersign/contracts';
import { POOL, PRODUCER, TENANT } from '../load/job-body.js';

/** Rules in the policy besides the one that allows the benchmark's jobs. */
export const OTHER_RULES = 1_000;

/** Who sends and who runs the benchmark's jobs. */
export const TOPOLOGY: Topology = {
  producers: [{ name: PRODUCER, tenant: TENANT, agents: ['*'] }],
  pools: [{ name: POOL, topics: ['job.bench.>'] }],
};

const VERBS = ['read', 'write', 'delete', 'exec', 'send'];
const DECISIONS = ['allow', 'require_approval', 'deny'];
const TAGS = ['prod', 'pii', 'finance', 'untrusted', 'external'];

/**
 * A policy as a large organisation would have it: many rules by topic and tag, some for every topic by a tag, and
 * classify rules whose conditions are looked at for each job. JSON is YAML.
 */
function policy(): object {
  const others = Array.from({ length: OTHER_RULES }, (_, n) => {
    const tag = { risk_tags: [TAGS[n % TAGS.length]] };
    // Every twentieth rule is for any topic, so that an index by topic alone does not skip it.
    const match =
      n % 20 === 0
        ? { risk_tags: [`${TAGS[n % TAGS.length]}-${n}`] }
        : {
            topics: [`job.team-${n % 97}.${VERBS[n % VERBS.length]}.${n % 3 === 0 ? '*' : `case-${n}`}`],
            ...tag,
          };
    return { id: `rule-${n}`, match, decision: DECISIONS[n % DECISIONS.length] };
  });
  return {
    version: 'v1',
    classify: [
      { id: 'deleting-topics', match: { topic_tokens: ['delete*'] }, add_tags: ['destructive'] },
      {
        id: 'removing-commands',
        match: { params_contain: ['rm_recursive', 'find_delete'] },
        add_tags: ['destructive'],
      },
    ],
    rules: [
      ...others.slice(0, OTHER_RULES / 2),
      { id: 'allow-bench', match: { topics: ['job.bench.>'] }, decision: 'allow' },
      ...others.slice(OTHER_RULES / 2),
      { id: 'deny-destructive', match: { risk_tags: ['destructive'] }, decision: 'deny' },
    ],
  };
}

/** Writes topology and policy into a folder. */
export async function writeGovernedFiles(
  folder: string,
): Promise<{ readonly topologyFile: string; readonly policyFile: string }> {
  const topologyFile = join(folder, 'platform.yaml');
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(topologyFile, JSON.stringify(TOPOLOGY));
  await writeFile(policyFile, JSON.stringify(policy()));
  return { topologyFile, policyFile };
}
