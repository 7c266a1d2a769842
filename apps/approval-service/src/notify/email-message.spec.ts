import { expect, it } from 'vitest';
import { emailMessage } from './email-message.js';
import type { Notice } from './notice.js';

const notice: Notice = {
  id: 'msg_1',
  event: 'requested',
  at: '2026-11-25T10:00:00.000Z',
  approval_id: 'a',
  kind: 'job',
  status: 'pending',
  tenant_id: 'acme',
  job_id: 'j',
  job_hash: `sha256:${'0'.repeat(64)}`,
  edit_of: null,
  edited_as: null,
  topic: 'job.x',
  agent: { id: 'http://evil.example/agent', is_claim: true },
  rule_ids: ['ftp://evil.example/rule'],
  reason: 'log in at https://evil.example/reason',
  reason_code: 'rule',
  risk: 'usual',
  asks_confirmation: false,
  escalate_to: [],
  expires_at: '2026-11-25T10:05:00.000Z',
  resolved_at: null,
  link: 'https://countersign.example/jobs/j',
};

it('a mail has no address that a program could make a link of but the console’s, in text and in HTML (H21)', () => {
  const { text, html } = emailMessage(notice);
  for (const part of [text, html]) {
    expect(part).toContain('evil.example/reason');
    expect(part.match(/\w+:\/\/[^\s"<]*/g)).toEqual([notice.link]);
  }
});
