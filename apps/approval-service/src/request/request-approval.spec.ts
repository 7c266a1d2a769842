import { describe, expect, it } from 'vitest';
import { sealJob, type Decision } from '@countersign/contracts';
import { MAX_APPROVAL_TTL_SEC } from '../terms/terms-of.js';
import { requestApproval, type DecisionFact } from './request-approval.js';

const jobId = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const sealed = sealJob(
  { topic: 'job.mcp-bridge.write.update_ticket', tenant_id: 'default', params: { approved: true } },
  { jobId, agentId: 'local-producer' },
);
const decision = (over: Partial<Decision> = {}): Decision => ({
  decision_id: `${jobId}:decision:0`,
  job_id: jobId,
  job_hash: sealed.hash,
  job: sealed.text,
  type: 'REQUIRE_APPROVAL',
  rule_ids: ['require-approval-prod-write'],
  reason: 'Production writes require human review',
  reason_code: 'rule',
  derived_tags: [],
  constraints: {},
  obligations: { approval: { quorum: 2, groups: ['sre'], ttl_sec: 60 } },
  policy_snapshot: `sha256:${'a'.repeat(64)}`,
  verified: {
    producer: 'gateway',
    caller: 'local-producer',
    tenant_id: 'default',
    agent_id: 'local-producer',
    by: 'loopback',
  },
  evaluated_at: '2026-01-01T00:00:00Z',
  evaluation_us: 7,
  seal: `hmac-sha256:${'A'.repeat(43)}`,
  ...over,
});
const fact = (over: Partial<DecisionFact> = {}): DecisionFact => ({
  id: `${jobId}:decision:0:0123456789abcdef`,
  subject: 'decision.require_approval.mcp-bridge.write.update_ticket',
  storedAtMs: 1_764_000_000_000,
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  traceId: '1'.repeat(32),
  body: decision(),
  ...over,
});

describe('requestApproval', () => {
  it('asks what the decision says, and shows the bytes that were hashed', () => {
    const request = requestApproval(fact());
    expect(request).toMatchObject({
      ok: true,
      approval: {
        kind: 'job',
        quorum: 2,
        groups: ['sre'],
        ttl_sec: 60,
        job: sealed.text,
        caller: 'local-producer',
      },
    });
  });

  it('tells the reviewer what was found in what the job was given (O6)', () => {
    const input: Decision['input'] = {
      ...{ rule_set: '1', complete: true, redactable: true, found: 1 },
      findings: [
        {
          rule: 'pii.email',
          kind: 'pii',
          severity: 'medium',
          action: 'redact',
          pointer: '/params/to',
          offset: 0,
          length: 17,
        },
      ],
    };
    expect(requestApproval(fact({ body: decision({ input }) }))).toMatchObject({
      approval: { findings: input.findings },
    });
  });

  it('asks the same question again when the message comes again', () => {
    expect(requestApproval(fact())).toEqual(requestApproval(fact()));
  });

  it('waits 300 s where the rule says nothing', () => {
    expect(requestApproval(fact({ body: decision({ obligations: {} }) }))).toMatchObject({
      approval: { ttl_sec: 300, quorum: 1, groups: [] },
    });
  });

  it('keeps the typed confirmation, the escalation and why a person has to decide (H5, H7, H11)', () => {
    const obligations = {
      approval: {
        quorum: 1,
        groups: ['sre'],
        ttl_sec: 60,
        confirm: true as const,
        escalate_after_sec: 30,
        escalate_to: ['leads'],
      },
    };
    const body = decision({ obligations, reason_code: 'never_auto_approve' });
    expect(requestApproval(fact({ body }))).toMatchObject({
      approval: {
        action: 'update_ticket',
        confirm: 'update_ticket',
        escalate_after_sec: 30,
        escalate_to: ['leads'],
        reason_code: 'never_auto_approve',
        risk: 2,
        proof: 'loopback',
      },
    });
  });

  it('waits no longer than the limit', () => {
    const obligations = { approval: { quorum: 1, groups: [], ttl_sec: 1e15 } };
    expect(requestApproval(fact({ body: decision({ obligations }) }))).toMatchObject({
      approval: { ttl_sec: MAX_APPROVAL_TTL_SEC },
    });
  });

  it.each<[string, Partial<DecisionFact>, string]>([
    ['another effect', { body: decision({ type: 'ALLOW' }) }, 'invalid_field'],
    ['a foreign subject', { subject: 'approval.job.granted.x' }, 'invalid_field'],
    [
      'a job that was not hashed',
      { body: decision({ job: sealed.text.replace('true', 'false') }) },
      'digest_mismatch',
    ],
    ['another topic', { subject: 'decision.require_approval.mcp-bridge.read.get_ticket' }, 'topic_mismatch'],
    ['another job id', { body: decision({ job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S2' }) }, 'invalid_field'],
    [
      'another tenant',
      { body: decision({ verified: { ...decision().verified, tenant_id: 'other' } }) },
      'tenant_mismatch',
    ],
  ])('refuses %s', (_, over, code) => {
    expect(requestApproval(fact(over))).toMatchObject({ ok: false, code });
  });
});
