import type { AuditEntry } from '../api/types.js';

/** What an entry is about, in a few words. */
export function wordsFor({ type, subject, summary }: AuditEntry): string {
  const text = (name: string) => (typeof summary[name] === 'string' ? summary[name] : '');
  switch (type.replace(/\.v\d+$/, '')) {
    case 'job':
      return 'Submitted';
    case 'decision':
      return `Policy decided: ${(text('type') || 'see details').replaceAll('_', ' ').toLowerCase()}`;
    case 'approval.resolved':
      return `Approval ${text('outcome')}`;
    case 'approval.event':
      return `Approval: ${text('change')}`;
    case 'offer':
      return 'Offered to workers';
    case 'result':
      return `A worker reported: ${text('status')}`;
    case 'verdict':
      return `The scanner’s verdict: ${text('kind')}`;
    case 'output':
      return `Output ${text('kind') === '' ? 'told to its producer' : `released: ${text('kind')}`}`;
    case 'job.event':
      return `Now ${(text('state') || text('to') || subject.split('.').at(-1) || '').replaceAll('_', ' ').toLowerCase()}`;
    case 'refused':
      return `Refused at the edge: ${text('code') || text('reason_code')}`;
    case 'dead_letter':
      return 'A message could not be handled';
    default:
      return type;
  }
}

/** How an entry ended for the job: well, badly, or neither. */
export function toneOf({ type, summary }: AuditEntry): 'good' | 'bad' | 'neutral' {
  const { outcome, type: decided, kind, state, status } = summary;
  // What the scanner and a release say is their kind; the status is the worker's and was told before.
  const words =
    kind === undefined || type.startsWith('approval') ? [outcome, decided, state, status] : [kind];
  const has = (...some: string[]) =>
    words.some((word) => typeof word === 'string' && some.includes(word.toLowerCase()));
  if (type.startsWith('refused') || type.startsWith('dead_letter')) return 'bad';
  if (has('deny', 'rejected', 'expired', 'quarantined', 'withheld', 'failed', 'denied', 'timed_out'))
    return 'bad';
  return has('granted', 'allow', 'clean', 'completed', 'succeeded', 'released') ? 'good' : 'neutral';
}
