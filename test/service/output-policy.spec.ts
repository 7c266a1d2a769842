import { OutputAnswer, OutputQuestion, Service, Subjects, validate } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PolicyBench } from './support/policy-bench.js';
import { openRig, type ServiceRig } from './support/service-rig.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };
const TOPIC = 'job.mcp-bridge.read.tickets';
const POLICY = `version: v1
rules:
  - id: reads
    match: { topics: ['job.mcp-bridge.read.*'] }
    decision: allow_with_constraints
    constraints: { max_runtime_sec: 7 }
output:
  regions: [de]
  rules:
    - { id: no-secrets, match: { kinds: [secret] }, action: quarantine, alert: true }
    - { id: addresses-stay, match: { kinds: [pii.EMAIL_ADDRESS], tenants: [default] }, action: release }
    - { id: not-to-others, match: { kinds: [pii], destinations: [p-other] }, action: quarantine }
`;
const FINDINGS = [
  { rule: 'secret.github-pat', kind: 'secret', severity: 'critical', action: 'redact' },
  { rule: 'pii.EMAIL_ADDRESS', kind: 'pii', severity: 'medium', action: 'redact' },
  { rule: 'pii.US_SSN', kind: 'pii', severity: 'critical', action: 'redact' },
] as const;

let bench: PolicyBench;
let scanner: ServiceRig;
let producer: Record<string, string>;

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  bench = await PolicyBench.open();
  await bench.write(POLICY);
  producer = await bench.key('default', ['producer']);
  await bench.boot([Service.PolicyEvaluator, Service.Gateway]);
  scanner = await openRig(bench.servers, Service.OutputScanner);
});
afterAll(async () => {
  await scanner?.close();
  await bench?.close();
});

const ask = async (questions: OutputQuestion['questions']) => {
  const answer = await scanner.connections.main.request(
    Subjects.queryPolicyOutput.address({}),
    { questions },
    5_000,
  );
  const checked = validate(OutputAnswer, answer);
  if (!checked.ok) throw new Error(JSON.stringify(answer));
  return checked.value.answers;
};

async function decided(more: object = {}): Promise<string> {
  const { status, body } = await bench.post<{ job_id: string }>(
    '/jobs',
    { topic: TOPIC, tenant_id: 'default', ...more },
    producer,
  );
  expect(status, JSON.stringify(body)).toBe(202);
  const known = 'SELECT 1 FROM policy_evaluator.decisions WHERE job_id = $1';
  await vi.waitFor(async () => expect(await bench.rows(known, [body.job_id])).toHaveLength(1), PATIENTLY);
  return body.job_id;
}

describe('what the scanner asks the policy (O1, O2)', () => {
  it('is answered by the rules, for the tenant and destination of the decision, with its constraints', async () => {
    const job_id = await decided();
    const [answer] = await ask([{ job_id, topic: TOPIC, findings: [...FINDINGS] }]);
    expect(answer).toMatchObject({
      known: true,
      tenant_id: 'default',
      regions: ['DE'],
      constraints: { max_runtime_sec: 7 },
      publish: false,
      actions: [
        { rule: 'secret.github-pat', action: 'quarantine', alert: true, rule_ids: ['no-secrets'] },
        { rule: 'pii.EMAIL_ADDRESS', action: 'release', alert: false, rule_ids: ['addresses-stay'] },
        { rule: 'pii.US_SSN', action: 'redact', alert: false, rule_ids: [] },
      ],
    });
  });

  it('is answered for each job of a batch, in its order; nothing is known of a job that nobody decided', async () => {
    const [first, second, stranger] = [await decided(), await decided({ publish: true }), newUlid()];
    const answers = await ask(
      [first, stranger, second].map((job_id) => ({ job_id, topic: TOPIC, findings: [] })),
    );
    expect(answers.map(({ job_id, known, publish }) => [job_id, known, publish])).toEqual([
      [first, true, false],
      [stranger, false, false],
      [second, true, true],
    ]);
  });

  it('is not known under another topic than the one that was decided about', async () => {
    const job_id = await decided();
    const [answer] = await ask([{ job_id, topic: 'job.mcp-bridge.read.all', findings: [...FINDINGS] }]);
    expect(answer).toMatchObject({ known: false, tenant_id: null, actions: [], constraints: {} });
  });

  it('is refused when it can not be read', async () => {
    const answer = await scanner.connections.main.request(Subjects.queryPolicyOutput.address({}), {}, 5_000);
    expect(answer).toMatchObject({ ok: false });
  });

  it('is asked by nobody else', async () => {
    const gateway = await openRig(bench.servers, Service.Gateway);
    try {
      const asking = gateway.connections.main.request(
        Subjects.queryPolicyOutput.address({}),
        { questions: [] },
        500,
      );
      await expect(asking).rejects.toThrow();
    } finally {
      await gateway.close();
    }
  });
});
