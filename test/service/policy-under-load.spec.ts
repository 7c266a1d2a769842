import { Service, Subjects, type Decision } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { decide, loadPolicy } from '@countersign/policy-engine';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bundle, PolicyBench } from './support/policy-bench.js';
import { openRig, type ServiceRig } from './support/service-rig.js';

const ACTIVATIONS = 1_000;
const POLICIES = 5;
const CHECKS_IN_FLIGHT = 16;
const PATIENTLY = { timeout: 60_000, interval: 100 };

let bench: PolicyBench;
let gateway: ServiceRig;

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  bench = await PolicyBench.open();
  await bench.write(policy(0));
  await bench.boot([Service.PolicyEvaluator]);
  await bench.boot([Service.PolicyEvaluator]);
  gateway = await openRig(bench.servers, Service.Gateway);
});
afterAll(async () => {
  await gateway?.close();
  await bench?.close();
});

/** Each policy allows topics of its own number and denies the others, so that no answer fits two of them. */
const policy = (n: number) =>
  bundle(
    String(n),
    Array.from(
      { length: POLICIES },
      (_, i) =>
        `  - { id: rule-${n}-${i}, match: { topics: ['job.n${i}.*'] }, decision: ${i === n ? 'allow' : 'deny'} }\n`,
    ).join(''),
  );
const snapshots = new Map(
  Array.from({ length: POLICIES }, (_, n) => {
    const loaded = loadPolicy([{ file: 'policy.yaml', text: policy(n) }]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    return [loaded.snapshot.hash, loaded.snapshot] as const;
  }),
);
const hashes = [...snapshots.keys()];
const verified = { tenant_id: 'default', by: 'operator' };

async function ask<T>(subject: string, question: object): Promise<T> {
  const answer = (await gateway.connections.main.request(subject, question, 10_000)) as T & { ok: boolean };
  expect(answer).toMatchObject({ ok: true });
  return answer;
}

/** What the named policy itself decides. */
function fits(
  { policy_snapshot: hash, type, rule_ids }: Pick<Decision, 'policy_snapshot' | 'type' | 'rule_ids'>,
  topic: string,
) {
  const snapshot = snapshots.get(hash);
  expect(snapshot, hash).toBeDefined();
  const own = decide(snapshot!, {
    topic,
    tenantId: 'default',
    agentId: 'a',
    riskTags: [],
    capabilities: [],
    labels: {},
    params: {},
  });
  expect([type, rule_ids]).toEqual([own.type, own.ruleIds]);
}

it(
  'under a thousand activations every decision names a policy that was active and is what that one decides (P18, case 19)',
  { timeout: 300_000 },
  async () => {
    for (let n = 0; n < POLICIES; n += 1)
      await ask(Subjects.commandPolicyPush.address({}), {
        verified,
        sources: [{ file: 'policy.yaml', text: policy(n) }],
      });
    let isOver = false;
    const seen = new Map<string, number>();
    const check = async (worker: number) => {
      for (let i = worker; !isOver; i += 1) {
        const topic = `job.n${i % POLICIES}.x`;
        const answer = await ask<Decision>(Subjects.policyCheck.address({}), {
          request: { topic, tenant_id: 'default' },
          verified: { caller: 'a', tenant_id: 'default', by: 'api_key' },
        });
        fits(answer, topic);
        seen.set(answer.policy_snapshot, (seen.get(answer.policy_snapshot) ?? 0) + 1);
      }
    };
    let sent = 0;
    const send = async () => {
      while (!isOver) {
        const topic = `n${sent % POLICIES}.x`;
        const body = {
          v: 1,
          job_id: newUlid(),
          agent_id: 'a',
          topic: `job.${topic}`,
          tenant_id: 'default',
          params: {},
        };
        const job = { ...body, labels: {}, risk_tags: [], capabilities: [] };
        await gateway.connections.road.run((work) => {
          work.emit({
            subject: Subjects.jobFrom.address({ producer: 'gateway', tail: topic }),
            id: `${body.job_id}:job:0:0123456789abcdef`,
            type: 'job.v1',
            text: canonical(job),
            jobId: body.job_id,
            headers: { 'cs-verified-caller': 'a', 'cs-verified-by': 'api_key' },
          });
          return Promise.resolve();
        });
        sent += 1;
      }
    };
    const load = [...Array.from({ length: CHECKS_IN_FLIGHT }, (_, worker) => check(worker)), send()];
    for (let i = 0; i < ACTIVATIONS; i += 1)
      await ask(Subjects.commandPolicyActivate.address({}), {
        verified,
        snapshot: hashes[(i + 1) % POLICIES],
      });
    isOver = true;
    await Promise.all(load);

    const decisions = () => bench.rows<{ message: string }>('SELECT message FROM policy_evaluator.decisions');
    await vi.waitFor(async () => expect(await decisions()).toHaveLength(sent), PATIENTLY);
    for (const { message } of await decisions()) {
      const decision = JSON.parse(message) as Decision;
      fits(decision, (JSON.parse(decision.job) as { topic: string }).topic);
    }
    const [{ count } = { count: 0 }] = await bench.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM policy_evaluator.activations WHERE how = 'api'`,
    );
    expect(count).toBe(ACTIVATIONS);
    expect([...seen.keys()].sort()).toEqual([...hashes].sort());
  },
);

/** The members in the order of RFC 8785; there is nothing in them that would be written in two ways. */
const canonical = (job: Record<string, unknown>) =>
  JSON.stringify(Object.fromEntries(Object.entries(job).sort(([a], [b]) => (a < b ? -1 : 1))));
