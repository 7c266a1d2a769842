import type { AuditEntry } from '@countersign/audit-log';
import type { Sql } from '@countersign/persistence';
import { textArray } from '../append/array-parameter.js';
import type { Draft } from '../read-message/message.js';
import { routeOf, senderOf } from '../read-message/route.js';
import { isAnswered } from './step-owner.js';

/** Entries of one job that are looked at. Who floods a job with messages wins nothing: a row is then sent once more. */
const MAX_LOOKED_AT = 1000;

/**
 * Entries of the same job whose text names the message as its cause. The text is canonical, so the member stands there
 * as it is written here; what looks like it within a summary is sorted out by {@link isAnswerTo}.
 */
const FIND = `
  SELECT r.event_id, a.text FROM unnest($1::text[], $2::text[], $3::text[]) AS r(event_id, job_id, cause)
   CROSS JOIN LATERAL (
     SELECT e.text FROM (
       SELECT text FROM entries WHERE job_id = r.job_id ORDER BY seq LIMIT ${MAX_LOOKED_AT}
     ) e WHERE strpos(e.text, r.cause) > 0
   ) a`;

/**
 * Which of the repeated messages have been answered, as the log shows: their senders would repeat them for ever when
 * the word of it was lost. Costs one statement, and none when nothing is asked that has an answer.
 */
export async function findAnswered(sql: Sql, repeated: readonly Draft[]): Promise<readonly string[]> {
  const asked = repeated.filter((draft) => draft.job_id !== null && isAnswered(draft.event_id));
  if (asked.length === 0) return [];
  const rows = await sql.query<{ event_id: string; text: string }>(FIND, [
    textArray(asked.map((draft) => draft.event_id)),
    textArray(asked.map((draft) => draft.job_id)),
    textArray(asked.map((draft) => `"causation_id":${JSON.stringify(draft.event_id)}`)),
  ]);
  const answered = rows.filter((row) => isAnswerTo(row.event_id, JSON.parse(row.text) as AuditEntry));
  return [...new Set(answered.map((row) => row.event_id))];
}

/** Only what a service said with a valid envelope counts, as it did when it was new: a worker may name any cause. */
function isAnswerTo(eventId: string, entry: AuditEntry): boolean {
  const route = routeOf(entry.stream, entry.subject);
  return (
    entry.causation_id === eventId &&
    senderOf(route, entry.source).kind === 'service' &&
    entry.type === route.type &&
    entry.summary['invalid_envelope'] !== true
  );
}
