import { Happening } from './happening.js';
import type { Notice } from './notice.js';

/** Sentences of ours. No word of a job is in them: they are subjects of mails and the texts that chats parse. */
const HEADLINES: Readonly<Record<Happening, string>> = {
  [Happening.Requested]: 'A job waits for a reviewer',
  [Happening.Escalated]: 'Nobody has answered: a question was escalated',
  [Happening.Resolved]: 'A question was answered',
  [Happening.Expired]: 'Nobody answered in time',
  [Happening.Quarantined]: 'An output waits for a reviewer',
};

export const headlineOf = ({ event }: Pick<Notice, 'event'>): string => HEADLINES[event];

/** What is told, as names of ours and values of theirs. */
export function linesOf(notice: Notice): readonly (readonly [name: string, value: string])[] {
  const { agent, rule_ids: rules } = notice;
  const status = notice.resolved_at === null ? [] : [['Status', notice.status] as const];
  return [
    ...status,
    ['Topic', notice.topic],
    ...(agent === null ? [] : [[agent.is_claim ? 'Agent (as claimed)' : 'Agent', agent.id] as const]),
    ['Tenant', notice.tenant_id],
    ['Risk', notice.risk],
    ['Reason', notice.reason],
    ['Rules', rules.length === 0 ? 'none' : rules.join(', ')],
    ...(notice.escalate_to.length === 0
      ? []
      : [['Asked now as well', notice.escalate_to.join(', ')] as const]),
    ['Expires', notice.expires_at],
    ['Job', notice.job_id],
    ...(notice.edit_of === null ? [] : [['An edit of', notice.edit_of] as const]),
    ...(notice.edited_as === null ? [] : [['Edited, goes on as', notice.edited_as] as const]),
    ['Content', notice.job_hash],
  ];
}
