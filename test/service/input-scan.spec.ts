import { Decision, isDecisionSealed, Service, validate } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PolicyBench } from './support/policy-bench.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };
/** The shape of a token that was never issued, in two parts, so that no scanner of source text takes it for one. */
const KEY = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
const ADDRESS = 'ann@northwind.io';
const POLICY = `version: v1
rules:
  - { id: all, match: { topics: ['job.mail.*', 'job.plain.*', 'job.post.*'] }, decision: allow }
input:
  rules:
    - { id: no-secrets, match: { topics: ['job.mail.*'], kinds: [secret] }, action: deny, reason: No secrets in mail. }
    - { id: no-addresses, match: { topics: ['job.mail.*'], kinds: [pii] }, action: redact }
    - { id: look-first, match: { topics: ['job.post.*'] }, action: hold }
`;

let bench: PolicyBench;
let producer: Record<string, string>;
let operator: Record<string, string>;

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  bench = await PolicyBench.open();
  await bench.write(POLICY);
  producer = await bench.key('default', ['producer']);
  operator = await bench.key('default', ['operator']);
  await bench.boot([Service.PolicyEvaluator, Service.Gateway, Service.AuditWriter]);
});
afterAll(() => bench?.close());

const job = (topic: string, params: object, more: object = {}) => ({
  topic,
  tenant_id: 'default',
  params,
  ...more,
});

async function decisionOf(jobId: string): Promise<Decision> {
  return vi.waitFor(async () => {
    const [row] = await bench.rows<{ message: string }>(
      'SELECT message FROM policy_evaluator.decisions WHERE job_id = $1',
      [jobId],
    );
    expect(row).toBeDefined();
    const checked = validate(Decision, JSON.parse(row!.message));
    if (!checked.ok) throw new Error(JSON.stringify(checked.problem));
    return checked.value;
  }, PATIENTLY);
}

async function decided(request: object): Promise<Decision> {
  const { status, body } = await bench.post<{ job_id: string }>('/jobs', request, producer);
  expect(status, JSON.stringify(body)).toBe(202);
  return decisionOf(body.job_id);
}

describe('what a job is given is looked at before it is decided (O6)', () => {
  it('denies a secret, and keeps its place but not its value', async () => {
    const decision = await decided(job('job.mail.send', { text: `use ${KEY}` }));
    expect(decision).toMatchObject({
      type: 'DENY',
      reason_code: 'input_finding',
      reason: 'No secrets in mail.',
      rule_ids: ['no-secrets', 'all'],
      input: {
        complete: true,
        found: 1,
        findings: [{ rule: 'secret.github-pat', severity: 'critical', pointer: '/params/text', offset: 4 }],
      },
    });
    const { job: _, ...told } = decision;
    expect(JSON.stringify(told)).not.toContain(KEY);
  });

  it('lets a person decide where a rule holds, and does not look where no rule names the topic', async () => {
    expect(await decided(job('job.post.blog', { to: ADDRESS }))).toMatchObject({
      type: 'REQUIRE_APPROVAL',
      reason_code: 'input_finding',
      obligations: { approval: { quorum: 1 } },
    });
    const plain = await decided(job('job.plain.note', { to: ADDRESS }));
    expect(plain.type).toBe('ALLOW');
    expect(plain).not.toHaveProperty('input');
  });

  it('decides a redacted job in the place of one that is refused, each linked to the other', async () => {
    const params = { to: ADDRESS, subject: 'hello' };
    const refused = await decided(job('job.mail.send', params, { labels: { team: 'red' }, action: 'send' }));
    expect(refused).toMatchObject({ type: 'DENY', reason_code: 'input_redacted' });
    const next = refused.input?.replaced_by;
    const replacement = await decisionOf(next?.job_id ?? '');
    expect(replacement).toMatchObject({
      type: 'ALLOW',
      job_hash: next?.job_hash,
      verified: refused.verified,
      input: { replaces: { job_id: refused.job_id, job_hash: refused.job_hash }, found: 0 },
    });
    expect(sha256Digest(replacement.job)).toBe(replacement.job_hash);
    expect(JSON.parse(replacement.job)).toMatchObject({
      ...JSON.parse(refused.job),
      job_id: next?.job_id,
      params: { to: '[REDACTED:pii.EMAIL_ADDRESS]', subject: 'hello' },
    });
    const keys = (await bench.servers.keys.secrets()).decisionSealKeys();
    expect(isDecisionSealed(replacement, keys)).toBe(true);
  });

  it('denies where what was found is the name of a member: nothing can take its place', async () => {
    const decision = await decided(job('job.mail.send', { [ADDRESS]: 'hello' }));
    expect(decision).toMatchObject({
      type: 'DENY',
      reason_code: 'input_finding',
      input: { redactable: false },
    });
    expect(decision.input).not.toHaveProperty('replaced_by');
  });

  it('is said by a check as well, before anything is sent (P3)', async () => {
    const { body } = await bench.post('/policy/check', job('job.mail.send', { text: KEY }), producer);
    expect(body).toMatchObject({ type: 'DENY', reason_code: 'input_finding' });
  });

  it('is explained and replayed from what was found then (P9, P12)', async () => {
    const { job_id } = await decided(job('job.mail.send', { text: KEY }));
    const explained = await bench.post('/policy/explain', { job_id }, operator);
    expect(explained.body).toMatchObject({ decision: { type: 'DENY', reason_code: 'input_finding' } });
    const response = await fetch(`${bench.api.url}/api/v1/policy/replay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...operator },
      body: JSON.stringify({ files: [{ file: 'policy.yaml', text: POLICY }] }),
    });
    const lines = (await response.text()).trim().split('\n');
    expect(lines.filter((line) => 'changed' in (JSON.parse(line) as object))).toEqual([]);
  });
});

describe('a job that publishes (O3)', () => {
  it('is asked about though a rule allows it', async () => {
    expect(await decided(job('job.plain.note', { text: 'news' }, { publish: true }))).toMatchObject({
      type: 'REQUIRE_APPROVAL',
      reason_code: 'publish_review',
      input: { complete: true, found: 0 },
    });
  });

  it('is denied with a secret in its draft, whatever the rules say', async () => {
    expect(await decided(job('job.plain.note', { text: KEY }, { publish: true }))).toMatchObject({
      type: 'DENY',
      reason_code: 'input_finding',
    });
  });

  it('that says it does not publish is the job that says nothing', async () => {
    const quiet = await decided(job('job.plain.note', {}, { publish: false }));
    expect(quiet.type).toBe('ALLOW');
    expect(JSON.parse(quiet.job)).not.toHaveProperty('publish');
  });
});
