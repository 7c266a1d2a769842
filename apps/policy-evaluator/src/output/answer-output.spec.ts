import { describe, expect, it } from 'vitest';
import { aSnapshot, anAdmittedJob } from '../testing/builders.js';
import { answerOutput } from './answer-output.js';

const SNAPSHOT = aSnapshot(`{ version: v1, rules: [{ id: r, decision: allow, match: { topics: [job.>] } }],
  output: { rules: [{ id: ours, action: release, match: { tenants: [acme], destinations: [gateway] } }] } }`);
const FOUND = { rule: 'pii.EMAIL_ADDRESS', kind: 'pii', severity: 'medium', action: 'redact' } as const;
const { text: job, verified } = anAdmittedJob();
const decided = { job, verified, constraints: { max_runtime_sec: 3 } };
const ask = (over: Partial<typeof decided> | undefined, topic = 'job.mail.send') =>
  answerOutput(
    { job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1', topic, findings: [FOUND] },
    over && { ...decided, ...over },
    SNAPSHOT,
  );

describe('answerOutput (O1)', () => {
  it('goes by tenant and producer of the decision', () => {
    expect(ask({})).toMatchObject({
      known: true,
      tenant_id: 'acme',
      constraints: { max_runtime_sec: 3 },
      actions: [{ rule: FOUND.rule, action: 'release', rule_ids: ['ours'] }],
    });
    expect(ask({ verified: { ...verified, producer: 'p1' } }).actions).toMatchObject([{ action: 'redact' }]);
    expect(ask({ verified: { ...verified, tenant_id: 'beta' } }).actions).toMatchObject([
      { action: 'redact' },
    ]);
  });

  it.each([
    ['nobody has decided about the job', undefined, 'job.mail.send'],
    ['the decision is about another topic', {}, 'job.mail.read'],
    ['the bytes of the decision can not be read', { job: '{' }, 'job.mail.send'],
  ])('knows nothing where %s', (_, over, topic) => {
    expect(ask(over, topic)).toMatchObject({ known: false, tenant_id: null, actions: [], constraints: {} });
  });

  it('says whether the job publishes', () => {
    expect(ask({}).publish).toBe(false);
    expect(ask({ job: anAdmittedJob({ publish: true }).text }).publish).toBe(true);
  });
});
