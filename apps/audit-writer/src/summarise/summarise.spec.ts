import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventType } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { summarise } from './summarise.js';

const JOB = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const HASH = `sha256:${'b'.repeat(64)}`;
const AT = '2026-11-20T14:00:03Z';

/** One valid body of each type, with a secret wherever a body may hold params, labels, outputs, errors or free detail. */
const bodies = (secret: string): Readonly<Record<EventType, JsonValue>> => ({
  [EventType.Job]: {
    job_id: JOB,
    topic: 'job.mcp.write',
    tenant_id: 'default',
    agent_id: 'a1',
    risk_tags: ['prod'],
    labels: { note: secret },
    params: { token: secret, [secret]: 1 },
    resource: secret,
    rationale: { reasoning: secret },
  },
  [EventType.Decision]: {
    decision_id: `${JOB}:decision:0`,
    job_id: JOB,
    job_hash: HASH,
    job: JSON.stringify({ params: secret }),
    type: 'ALLOW_WITH_CONSTRAINTS',
    rule_ids: ['r1'],
    reason: 'Allowed',
    reason_code: 'rule',
    derived_tags: [],
    constraints: { max_runtime_sec: 5, env: { TOKEN: secret } },
    obligations: { throttle: { key: secret } },
    policy_snapshot: HASH,
    verified: { producer: 'p1', caller: 'c1', tenant_id: 'default', agent_id: 'a1', by: 'account' },
    evaluated_at: AT,
    evaluation_us: 7,
    seal: `hmac-sha256:${'A'.repeat(43)}`,
  },
  [EventType.ApprovalResolved]: {
    approval_id: 'ap1',
    kind: 'job',
    job_id: JOB,
    job_hash: HASH,
    attempt: 0,
    decision_id: 'd1',
    policy_snapshot: HASH,
    outcome: 'granted',
    votes: [{ voter: 'v1', vote: 'approve', at: AT, note: 'ticket 4711' }],
    resolved_at: AT,
  },
  [EventType.Offer]: {
    job_id: JOB,
    job_hash: HASH,
    job: JSON.stringify({ params: secret }),
    attempt: 1,
    pool: 'mcp',
    offer_expires_at: AT,
  },
  [EventType.Result]: {
    job_id: JOB,
    attempt: 1,
    run_id: 'run_20261120T140003Z_9f2c41aa',
    lease: { id: 'l1', epoch: 7 },
    status: 'failed',
    output: { text: secret },
    error: { code: secret.slice(0, 128), message: secret },
    constraints_digest: HASH,
    usage: { tokens_in: 1, tokens_out: 2, usd_micros: 3 },
    started_at: AT,
    finished_at: AT,
    effects: [{ kind: 'file', op: 'write', target: secret }],
  },
  [EventType.Verdict]: {
    job_id: JOB,
    attempt: 1,
    pool: 'mcp',
    run_id: 'run_20261120T140003Z_9f2c41aa',
    lease_id: 'l1',
    epoch: 7,
    status: 'failed',
    constraints_digest: HASH,
    kind: 'redacted',
    scanned: HASH,
    released: HASH,
    output: JSON.stringify(secret),
    error: { code: secret, message: secret },
    findings: [
      {
        rule: 'key',
        severity: 'critical',
        pointer: '/output',
        offset: 0,
        length: 9,
        fingerprint: 'hmac-sha256:1',
      },
    ],
    effects: true,
  },
  [EventType.Output]: {
    job_id: JOB,
    state: 'COMPLETED',
    kind: 'clean',
    released: HASH,
    output: JSON.stringify(secret),
  },
  [EventType.JobEvent]: {
    jobs: [
      {
        job_id: JOB,
        job_hash: HASH,
        trace_id: null,
        state: 'FAILED',
        attempt: 1,
        reason_code: 'worker_failed',
        at: AT,
        detail: { worker_id: 'w1', error: secret, [secret]: secret },
      },
    ],
  },
  [EventType.Audited]: { appended: [secret], answered: [secret] },
  [EventType.DeadLetter]: {
    dead_letter_id: 'dl1',
    stream: 'JOBS',
    seq: 42,
    subject: 'from.p1.job.x',
    reason_code: 'duplicate_key',
    pointer: `/params/${secret}`,
    tries: 1,
    body_sha256: HASH,
    job_id: null,
    verified: true,
  },
  [EventType.Refused]: {
    job_id: JOB,
    trace_id: null,
    what: 'result',
    reason_code: 'stale_lease',
    detail: { error: secret },
  },
  [EventType.ApiKeyChanged]: {
    change: 'created',
    key_id: 'a'.repeat(14),
    tenant_id: 'default',
    name: 'agent-7',
    roles: ['producer'],
    groups: [],
    agents: ['*'],
    expires_at: null,
    by: 'cli:root',
  },
  [EventType.PolicyChanged]: {
    change: 'refused',
    tenant_id: null,
    by: null,
    snapshot: null,
    previous: HASH,
    how: null,
    policy_id: null,
    policy_version: null,
    content: HASH,
    problems: [{ file: 'a.yaml', line: 3, column: 1, code: 'unknown_key' }],
    problem_count: 1,
    at: AT,
  },
  [EventType.ApprovalEvent]: {
    change: 'edited',
    approval_id: 'approval-1',
    kind: 'job',
    tenant_id: 'default',
    job_id: JOB,
    job_hash: HASH,
    trace_id: null,
    by: 'ann',
    groups: [],
    edited: { job_id: JOB, job_hash: HASH },
    at: AT,
  },
  [EventType.OutputEvent]: {
    change: 'opened',
    job_id: JOB,
    attempt: 1,
    tenant_id: null,
    trace_id: null,
    scanned: HASH,
    findings: [{ rule: 'secret.x', severity: 'critical' }],
    approval_id: 'approval-1',
    by: ['ann'],
    end: 'released',
  },
  [EventType.ReviewEvent]: {
    verdict: 'problem',
    tenant_id: 'default',
    job_id: JOB,
    job_hash: HASH,
    attempt: 1,
    trace_id: null,
    by: 'ann',
    waited_sec: 60,
    at: AT,
  },
  [EventType.PolicyCheckFailed]: {
    outcome: 'failed_open',
    cause: 'timeout',
    environment: 'production',
    tenant_id: 'default',
    by: 'agent-7',
    topic: 'job.x',
    agent_id: 'agent-7',
    job_hash: HASH,
    count: 1,
    since: AT,
  },
  [EventType.Stop]: { job_id: JOB, attempt: 1, lease_id: 'l1' },
});
const TYPES = Object.values(EventType);
const secrets = fc.string({ minLength: 12, maxLength: 40 }).map((text) => `s3cr3t${text}`);

describe('a summary', () => {
  it.each(TYPES)('of %s keeps something, and none of the secrets in its body (L15)', (type) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const kept = JSON.stringify(summarise(type, bodies(secret)[type]));
        expect(kept).not.toContain('s3cr3t');
        expect(kept).not.toContain('invalid_body');
      }),
    );
  });

  it.each(TYPES)('of %s keeps nothing of a body of any other shape (L15)', (type) => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...TYPES), fc.string(), (secret, other, member) => {
        const body = { ...(bodies(secret)[other] as object), [`${member}s3cr3t`]: secret };
        expect(JSON.stringify(summarise(type, body))).not.toContain('s3cr3t');
        expect(JSON.stringify(summarise(type, [secret]))).not.toContain('s3cr3t');
        expect(JSON.stringify(summarise(type, secret))).not.toContain('s3cr3t');
      }),
    );
  });

  it('of a job leaves out names that are not within the grammar of names', () => {
    const body = { topic: 'job.x', tenant_id: 'Not A Token', agent_id: 7, risk_tags: ['ok', 'NO'], v: 1 };
    expect(summarise(EventType.Job, body)).toEqual([{ summary: { topic: 'job.x' }, jobId: null }]);
  });

  it('of a decision names the environment and gives the tenant that was verified', () => {
    const [digested] = summarise(EventType.Decision, bodies('x')[EventType.Decision]);
    expect(digested).toMatchObject({
      jobId: JOB,
      tenantId: 'default',
      summary: { type: 'ALLOW_WITH_CONSTRAINTS', constraints: { max_runtime_sec: 5, env: ['TOKEN'] } },
    });
  });

  it('of an approval keeps who voted and why', () => {
    const [digested] = summarise(EventType.ApprovalResolved, bodies('x')[EventType.ApprovalResolved]);
    expect(digested!.summary).toMatchObject({
      outcome: 'granted',
      votes: [{ voter: 'v1', note: 'ticket 4711' }],
    });
  });

  it('of a result counts its effects', () => {
    const [digested] = summarise(EventType.Result, bodies('x')[EventType.Result]);
    expect(digested!.summary).toMatchObject({
      status: 'failed',
      epoch: 7,
      effects: 1,
      usage: { tokens_out: 2 },
    });
  });

  it.each(Object.values(EventType))(
    'of %s has its members in order, so that the log need not sort them',
    (type) => {
      for (const { summary } of summarise(type, bodies('x')[type]))
        expect(Object.keys(summary)).toEqual(Object.keys(summary).sort());
    },
  );
});
