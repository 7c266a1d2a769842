import { sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { MAX_PAGE_BYTES, pageOf, type ListedRow } from './list-approvals.js';

const row = (n: number, over: Partial<ListedRow> = {}): ListedRow => ({
  job_id: `job-${n}`,
  approval_id: `approval-${n}`,
  state: 'PENDING',
  kind: 'job',
  topic: 'job.x',
  tenant_id: 'default',
  agent_id: 'agent-7',
  caller: 'agent-7',
  reason_code: 'rule',
  action: 'x',
  shape: '0123456789abcdef',
  risk: 0,
  quorum: 1,
  groups: '[]',
  confirm: null,
  escalate_to: '[]',
  escalates_at: null,
  is_escalated: false,
  edit_of: null,
  edited_as: null,
  resolved_reason: null,
  job_hash: sha256Digest('{"topic":"job.x"}'),
  attempt: 0,
  rule_ids: '["r1"]',
  reason: 'review',
  job: '{"topic":"job.x"}',
  findings: '[]',
  votes: '[]',
  trace_id: '1'.repeat(32),
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-01T00:05:00.000Z',
  resolved_at: null,
  resolved_by: null,
  running_bytes: n * 10,
  ...over,
});

describe('pageOf', () => {
  it('shows the job parsed and says that nothing follows', () => {
    const page = pageOf([row(1)], 50);
    expect(page.next).toBeNull();
    expect(page.items).toEqual([
      expect.objectContaining({ job: { topic: 'job.x' }, rule_ids: ['r1'], approval_id: 'approval-1' }),
    ]);
    expect(page.items[0]).not.toHaveProperty('running_bytes');
  });

  it('shows an output of a job that no reviewer has seen', () => {
    expect(pageOf([row(1, { kind: 'output', job: null })], 50).items[0]).toMatchObject({ job: null });
  });

  it('shows what nobody may allow without a person, whatever the rules say (H11)', () => {
    const items = pageOf([row(1, { reason_code: 'never_auto_approve', risk: 2 }), row(2)], 50).items;
    expect(items).toMatchObject([
      { never_auto_approve: true, risk: 'critical' },
      { never_auto_approve: false, risk: 'usual' },
    ]);
  });

  it('names the last item when more follow', () => {
    const page = pageOf([row(1), row(2), row(3)], 2);
    expect(page.items).toHaveLength(2);
    expect(page.next).toBe('approval-2');
  });

  it('ends before the page outgrows a message, but never before its first item', () => {
    const large = [
      row(1, { running_bytes: MAX_PAGE_BYTES + 1 }),
      row(2, { running_bytes: MAX_PAGE_BYTES + 2 }),
    ];
    const page = pageOf(large, 50);
    expect(page.items).toHaveLength(1);
    expect(page.next).toBe('approval-1');
  });
});

describe('the bytes of a question', () => {
  it('are shown while they are those that were asked about', () => {
    expect(pageOf([row(1)], 10).items).toMatchObject([{ is_intact: true, job: { topic: 'job.x' } }]);
  });

  it('are not shown once they were changed where they are stored (H06)', () => {
    const changed = row(1, { job: '{"topic":"job.y"}' });
    expect(pageOf([changed], 10).items).toMatchObject([{ is_intact: false, job: null }]);
  });
});
