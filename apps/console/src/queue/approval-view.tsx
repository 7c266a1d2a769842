import { Alert, Badge } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import type { Approval } from '../api/types.js';
import { HiddenBanner } from '../payload/hidden-banner.js';
import { Findings } from '../output/findings.js';
import { AnsweredAlike } from './answered-alike.js';
import { AgentsWords } from './agents-words.js';
import { Comments } from './comments/comments.js';
import { Countdown } from './countdown.js';
import { hiddenIn } from './hidden-in.js';
import type { Integrity } from './use-integrity.js';
import { WhatHappens } from './what-happens.js';
import { WhoAsked } from './who-asked.js';
import { WhyItAsks } from './why-it-asks.js';

interface ViewProps {
  readonly approval: Approval;
  readonly integrity: Integrity;
}

/** An approval as a reviewer reads it, from what is done down to what is merely said. Drawn anew only when it changes. */
export const ApprovalView = memo(function ApprovalView({ approval, integrity }: ViewProps) {
  const { job } = approval;
  return (
    <article className="approval" aria-label={`Approval of ${approval.topic}`}>
      <header className="approval-head">
        <h2>{approval.topic.replace(/^job\./, '')}</h2>
        {approval.kind === 'output' && (
          <Badge color="grape" variant="light">
            output in quarantine
          </Badge>
        )}
        {approval.risk === 'high' && (
          <Badge color="orange" variant="light">
            high risk
          </Badge>
        )}
        {approval.risk === 'critical' && <Badge color="red">critical</Badge>}
        <span className="approval-deadline">
          {approval.state === 'PENDING' ? (
            <Countdown expiresAt={approval.expires_at} />
          ) : (
            <Badge>{approval.state}</Badge>
          )}
        </span>
        <Link href={`/jobs/${approval.job_id}`} className="approval-follow">
          Follow the job
        </Link>
      </header>
      <HiddenBanner findings={hiddenIn(approval)} />
      {integrity === 'differs' && (
        <Alert color="red" role="alert" title="What is shown is not what would be approved">
          The digest of what this page has been sent is another one. Don’t approve it, and tell who runs the
          platform.
        </Alert>
      )}
      {approval.kind === 'output' && <Findings findings={approval.findings ?? []} />}
      {approval.kind === 'job' && (approval.findings?.length ?? 0) > 0 && (
        <Findings findings={approval.findings ?? []} inJob />
      )}
      {job === null ? (
        <p className="muted">
          The job itself was never put to a reviewer: the policy allowed it. What is known of it stands{' '}
          <Link href={`/jobs/${approval.job_id}`}>on its page</Link>.
        </p>
      ) : (
        <WhatHappens approval={approval} job={job} />
      )}
      <div className="panels">
        <WhyItAsks approval={approval} />
        <WhoAsked approval={approval} integrity={integrity} />
      </div>
      {job?.rationale !== undefined && <AgentsWords rationale={job.rationale} />}
      <AnsweredAlike approval={approval} />
      <Comments key={approval.approval_id} approval={approval} />
    </article>
  );
});
