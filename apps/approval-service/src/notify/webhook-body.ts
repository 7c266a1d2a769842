import type { Notice } from './notice.js';

/** The body of a webhook, in the form that the Standard Webhooks specification proposes. */
export function webhookBody(notice: Notice): string {
  const { id: _id, event, at, ...data } = notice;
  return inertJson({ type: `approval.${event}`, timestamp: at, data });
}

/** The body of a requester's callback: how the question ended, for exactly which job, and which one goes on in its place. */
export function callbackBody(notice: Notice): string {
  const { approval_id, kind, job_id, job_hash, edit_of, edited_as, status, at } = notice;
  const data = { approval_id, kind, job_id, job_hash, edit_of, edited_as, status, resolved_at: at };
  return inertJson({ type: 'approval.resolved', timestamp: at, data });
}

/** JSON whose texts stay texts also where a receiver puts it into a page unescaped. */
function inertJson(value: object): string {
  return JSON.stringify(value).replaceAll(
    /[<>&]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
