import type { Notice } from './notice.js';

/** The body of a webhook, in the form that the Standard Webhooks specification proposes. */
export function webhookBody(notice: Notice): string {
  const { id: _id, event, at, ...data } = notice;
  return inertJson({ type: `approval.${event}`, timestamp: at, data });
}

/** The body of a requester's callback: how the question ended, and for exactly which job. */
export function callbackBody({ approval_id, kind, job_id, job_hash, status, at }: Notice): string {
  const data = { approval_id, kind, job_id, job_hash, status, resolved_at: at };
  return inertJson({ type: 'approval.resolved', timestamp: at, data });
}

/** JSON whose texts stay texts also where a receiver puts it into a page unescaped. */
function inertJson(value: object): string {
  return JSON.stringify(value).replaceAll(
    /[<>&]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
