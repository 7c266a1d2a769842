import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Approval, Page } from '../api/types.js';
import { Revealed } from '../reveal/revealed.js';
import { useSession } from '../session/session.js';
import { Moment } from '../shell/moment.js';

/** Answers that are read, and those of them that are shown: the newest. */
const READ = 200;
const SHOWN = 5;

/** How requests of the same rule, topic and shape of parameters were answered before. Nothing where none was. */
export function AnsweredAlike({ approval }: { readonly approval: Approval }) {
  const { client } = useSession();
  const { shape, topic, kind, rule_ids: rules } = approval;
  const { data } = useQuery({
    queryKey: ['answered-alike', shape, topic, kind, rules[0]],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ state: 'GRANTED,REJECTED', kind, topic, limit: String(READ) });
      if (shape !== undefined) query.set('shape', shape);
      if (rules[0] !== undefined) query.set('rule_id', rules[0]);
      return client.ask<Page<Approval>>(`/api/v1/approvals?${query.toString()}`, { signal });
    },
    // Outputs have none: no two of them are alike.
    enabled: shape !== undefined && shape !== '',
    staleTime: 10_000,
  });
  if (data === undefined || data.items.length === 0) return null;
  const { items, next } = data;
  const granted = items.filter(({ state }) => state === 'GRANTED').length;
  const more = next === null ? '' : ` of the first ${READ}`;
  return (
    <section className="panel" aria-label="Answered alike">
      <h3>
        Before, with the same rule and shape{' '}
        <span className="muted">
          {granted} approved, {items.length - granted} denied{more}
        </span>
      </h3>
      {next === null &&
        items
          .slice(-SHOWN)
          .reverse()
          .map((item) => <Answered key={item.approval_id} item={item} />)}
    </section>
  );
}

function Answered({ item }: { readonly item: Approval }) {
  const { votes = [], resolved_by: by, resolved_at: at, state } = item;
  const note = votes.at(-1)?.note ?? '';
  return (
    <p className="said">
      <Link href={`/jobs/${item.job_id}`}>{state === 'GRANTED' ? 'Approved' : 'Denied'}</Link>
      {typeof by === 'string' && (
        <>
          {' by '}
          <Revealed text={by} />
        </>
      )}
      {typeof at === 'string' && (
        <span className="muted">
          {' at '}
          <Moment at={at} />
        </span>
      )}
      {note !== '' && (
        <>
          {': '}
          <Revealed text={note} />
        </>
      )}
    </p>
  );
}
