import { Badge, Button } from '@mantine/core';
import { Link } from 'wouter';
import type { Approval, Comment, Vote } from '../api/types.js';
import { Findings } from '../output/findings.js';
import { ChangeList } from '../payload/change-list.js';
import { changesBetween } from '../payload/changes-between.js';
import { Payload } from '../payload/payload.js';
import { CommentList } from '../queue/comments/comment-list.js';
import { verbsOf } from '../queue/decide/verbs.js';
import { Revealed } from '../reveal/revealed.js';
import { Moment } from '../shell/moment.js';

interface Edit {
  readonly by: string;
  readonly job_id: string;
  readonly original_job_id: string;
  readonly edited: { readonly params?: unknown } | null;
  readonly original: { readonly params?: unknown } | null;
}
type Details = Approval & { readonly comments?: readonly Comment[]; readonly edit?: Edit | null };

/** What people were asked about a job, what it was that they saw, and what they said. */
export function JobApprovals({ approval }: { readonly approval: Details }) {
  const { votes = [], comments = [], edit = null, job, kind, resolved_reason: why } = approval;
  const isOutput = kind === 'output';
  return (
    <section className="panel" aria-label={isOutput ? 'Output review' : 'Approval'}>
      <h3>
        {isOutput ? 'Output review' : 'Approval'}{' '}
        <Badge variant="light">{approval.state.toLowerCase()}</Badge>{' '}
        {approval.state === 'PENDING' && (
          <Button component={Link} href={isOutput ? '/output' : '/queue'} size="compact-xs" variant="light">
            {isOutput ? 'To the review' : 'To the queue'}
          </Button>
        )}
      </h3>
      {votes.map((vote) => (
        <Said key={vote.voter} {...vote} kind={kind} />
      ))}
      <CommentList comments={comments} />
      {typeof why === 'string' && <p className="muted">Ended because: {why.replaceAll('_', ' ')}</p>}
      {edit !== null && <Edited edit={edit} />}
      {isOutput && <Findings findings={approval.findings ?? []} />}
      {!isOutput && job !== null && <Payload label="What was shown" value={job.params} />}
    </section>
  );
}

function Said({ voter, vote, at, note, kind }: Vote & Pick<Approval, 'kind'>) {
  const { approved, denied } = verbsOf(kind);
  return (
    <p className="said">
      <Revealed text={voter} /> <strong>{(vote === 'approve' ? approved : denied).toLowerCase()}</strong>{' '}
      <span className="muted">at</span> <Moment at={at} />
      {note !== '' && (
        <>
          : <Revealed text={note} />
        </>
      )}
    </p>
  );
}

function Edited({ edit }: { readonly edit: Edit }) {
  return (
    <div>
      <p>
        <Revealed text={edit.by} /> edited <Link href={`/jobs/${edit.original_job_id}`}>the original</Link>{' '}
        into <Link href={`/jobs/${edit.job_id}`}>another job</Link>.
      </p>
      {edit.original !== null && (
        <ChangeList changes={changesBetween(edit.original.params ?? {}, edit.edited?.params ?? {})} />
      )}
    </div>
  );
}
