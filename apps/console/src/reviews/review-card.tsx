import { Badge } from '@mantine/core';
import { Link } from 'wouter';
import { inWords } from '../queue/use-countdown.js';
import { Revealed } from '../reveal/revealed.js';
import { useSession } from '../session/session.js';
import { Facts } from '../shell/facts.js';
import { Moment } from '../shell/moment.js';
import { MarkSeen } from './mark-seen.js';
import type { Review } from './review.js';

/** One released work: whose it is, how long it waits, and what was said of it. */
export function ReviewCard({ review }: { readonly review: Review }) {
  const { isOneOf, me } = useSession();
  const { verdict, seen_by: by, seen_at: at, note, caller, agent_id: agent } = review;
  const isWaiting = review.state === 'waiting';
  return (
    <section className="panel" aria-label={`Review of ${review.topic}`}>
      <header className="section-head">
        <h3>{review.topic.replace(/^job\./, '')}</h3>
        {verdict !== null && (
          <Badge color={verdict === 'fine' ? 'teal' : 'red'} variant="light">
            {verdict}
          </Badge>
        )}
        <Link href={`/jobs/${review.job_id}`} className="approval-follow">
          Look at the job
        </Link>
      </header>
      <Facts
        rows={[
          ['Agent', agent === null ? 'unknown' : <Revealed key="agent" text={agent} />],
          ['Caller', caller === null ? null : <Revealed key="caller" text={caller} />],
          ['Released', <Moment key="at" at={review.released_at} />],
          [isWaiting ? 'Waits for' : 'Waited for', inWords(review.age_sec)],
          ['Seen by', by === null ? null : <Revealed key="by" text={by} />],
          ['Seen', at === null ? null : <Moment key="seen" at={at} />],
          ['Note', note === null || note === '' ? null : <Revealed key="note" text={note} />],
        ]}
      />
      {isWaiting && isOneOf('reviewer') && caller !== me.name && <MarkSeen jobId={review.job_id} />}
    </section>
  );
}
