import { EventType, Subjects, type ReviewEvent } from '@countersign/contracts';
import type { Emission, Work } from '@countersign/service-kit';
import { findEdits } from '../edit/edit.store.js';
import { reviewShown } from './list-reviews.js';
import { markSeen, type Look, type LookRefusal } from './mark-seen.js';
import { findReview, SHOWN_REVIEW } from './review.store.js';
import type { Review } from './review.js';

/** A look at the work of one job; the note must be redacted already. */
export interface LookAtJob extends Look {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly note: string;
}

/** The answer to one look. */
export type SeenAnswer =
  | { readonly ok: true; readonly review: object }
  | { readonly ok: false; readonly code: LookRefusal; readonly state?: Review['state'] };

/** Refusals that somebody should look at: whoever may never answer has tried to. */
const FLAGGED: ReadonlySet<string> = new Set(['self_approval', 'not_a_person']);

/**
 * Marks released work as seen: one compare and set, so that of two looks at once exactly one counts; the other is judged
 * again by what the first has left.
 */
export async function seeReview(work: Work, look: LookAtJob): Promise<SeenAnswer> {
  const found = await findReview(work, look.tenant_id, look.job_id);
  const edits = found === undefined ? [] : await findEdits(work, [found]);
  const editors = edits.flatMap(({ by, names }) => [by, ...names]);
  const judged = markSeen(found, look, editors);
  if (found === undefined || !judged.ok) return refuse(work, found, look, judged);
  if (judged.isRepeated) return { ok: true, review: reviewShown(found) };
  const [marked] = await work.query<Review>(
    `UPDATE reviews r SET state = 'seen', verdict = $3, note = $4, seen_by = $5, seen_at = now()
      WHERE r.tenant_id = $1 AND r.job_id = $2 AND r.state = 'waiting'
     RETURNING ${SHOWN_REVIEW}`,
    [look.tenant_id, look.job_id, look.verdict, look.note, look.by],
  );
  if (marked === undefined) {
    const left = await findReview(work, look.tenant_id, look.job_id);
    const again = markSeen(left, look, editors);
    if (left === undefined || !again.ok) return refuse(work, left, look, again);
    return { ok: true, review: reviewShown(left) };
  }
  work.emit(seenEvent(marked, look));
  return { ok: true, review: reviewShown(marked) };
}

/** The word that somebody has looked. Work is marked once, so its id derives from the job alone. */
export function seenEvent(
  review: Review,
  { by, verdict }: Pick<Look, 'by' | 'verdict'>,
): Emission & { readonly body: ReviewEvent } {
  const { tenant_id, job_id, job_hash, attempt, trace_id, traceparent, age_sec } = review;
  if (review.seen_at === null) throw new Error('work that nobody has looked at is not told as seen');
  return {
    subject: Subjects.eventReview.address({ change: verdict }),
    id: `${job_id}:seen`,
    type: EventType.ReviewEvent,
    body: {
      verdict,
      tenant_id,
      job_id,
      job_hash,
      attempt,
      trace_id,
      by,
      waited_sec: Math.max(0, age_sec),
      at: review.seen_at,
    },
    jobId: job_id,
    traceparent,
    final: true,
  };
}

function refuse(
  work: Work,
  review: Review | undefined,
  { by, verdict }: Look,
  judged: ReturnType<typeof markSeen>,
): SeenAnswer {
  const code = judged.ok ? 'not_found' : judged.code;
  if (review === undefined) return { ok: false, code };
  if (FLAGGED.has(code))
    work.refuse({
      job_id: review.job_id,
      trace_id: review.trace_id,
      what: 'review',
      reason_code: code,
      detail: { tenant_id: review.tenant_id, by, vote: verdict },
    });
  return { ok: false, code, state: review.state };
}
