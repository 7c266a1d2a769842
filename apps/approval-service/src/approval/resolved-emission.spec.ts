import { describe, expect, it } from 'vitest';
import { ApprovalResolved, validate } from '@countersign/contracts';
import type { Approval } from './approval.js';
import { resolvedEmission } from './resolved-emission.js';

const hash = `sha256:${'a'.repeat(64)}`;
const at = '2026-01-01T00:00:00.000Z';
const approval = (over: Partial<Approval> = {}): Approval => ({
  approval_id: '01JE4XQ8Z6T0V9K3M2N5P7R8S1',
  kind: 'job',
  tenant_id: 'default',
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  job_hash: hash,
  attempt: 0,
  decision_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1:decision:0',
  policy_snapshot: hash,
  scanned: null,
  topic: 'job.mcp-bridge.write.update_ticket',
  cause_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1:decision:0:aaaaaaaaaaaaaaaa',
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  trace_id: '1'.repeat(32),
  state: 'GRANTED',
  votes: [{ voter: 'local-operator', vote: 'approve', at, note: '' }],
  ...over,
});
const output = {
  kind: 'output',
  attempt: 2,
  scanned: hash,
  decision_id: null,
  policy_snapshot: null,
} as const;

describe('resolvedEmission', () => {
  it('tells the end of a question about a job', () => {
    const emission = resolvedEmission(approval(), 'granted', at);
    expect(emission.subject).toBe('approval.job.granted.mcp-bridge.write.update_ticket');
    expect(emission.id).toBe('01JD4XQ8Z6T0V9K3M2N5P7R8S1:approval:0:aaaaaaaaaaaaaaaa');
    expect(validate(ApprovalResolved, emission.body).ok).toBe(true);
  });

  it('tells the end of a question about an output of an attempt', () => {
    const emission = resolvedEmission(approval(output), 'expired', at);
    expect(emission.subject).toBe('approval.output.expired.mcp-bridge.write.update_ticket');
    expect(emission.id).toBe('01JD4XQ8Z6T0V9K3M2N5P7R8S1:output-approval:2:aaaaaaaaaaaaaaaa');
    expect(emission.body.scanned).toBe(hash);
    expect(validate(ApprovalResolved, emission.body).ok).toBe(true);
  });

  it.each([
    ['job', 'granted', false],
    ['job', 'rejected', true],
    ['job', 'expired', true],
    ['output', 'granted', false],
    ['output', 'rejected', false],
  ] as const)('an answer to %s %s is awaited unless it is final', (kind, outcome, final) => {
    const asked = approval(kind === 'output' ? output : {});
    expect(resolvedEmission(asked, outcome, at).final).toBe(final);
  });

  it('refuses a topic that is outside the grammar', () => {
    expect(() => resolvedEmission(approval({ topic: 'nonsense' }), 'granted', at)).toThrow('topic');
  });
});
