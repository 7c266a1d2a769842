import { Alert, Badge } from '@mantine/core';
import { Link } from 'wouter';
import type { Approval } from '../api/types.js';
import { HiddenBanner } from '../payload/hidden-banner.js';
import { ValueTree } from '../payload/value-tree.js';
import { AnsweredAlike } from './answered-alike.js';
import { AgentsWords } from './agents-words.js';
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

/** An approval as a reviewer reads it, from what is done down to what is merely said. */
export function ApprovalView({ approval, integrity }: ViewProps) {
  const { job } = approval;
  return (
    <article className="approval" aria-label={`Approval of ${approval.topic}`}>
      <header className="approval-head">
        <h2>{approval.topic.replace(/^job\./, '')}</h2>
        {approval.kind === 'output' && <Badge color="grape">output in quarantine</Badge>}
        {approval.risk === 'high' && <Badge color="orange">high risk</Badge>}
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
      {approval.kind === 'output' && (
        <section className="panel" aria-label="What the scanner found">
          <h3>What the scanner found</h3>
          <ValueTree value={approval.findings ?? []} />
        </section>
      )}
      {job === null ? (
        <p className="muted">The job itself was never put to a reviewer.</p>
      ) : (
        <WhatHappens approval={approval} job={job} />
      )}
      <div className="panels">
        <WhyItAsks approval={approval} />
        <WhoAsked approval={approval} integrity={integrity} />
      </div>
      {job?.rationale !== undefined && <AgentsWords rationale={job.rationale} />}
      <AnsweredAlike approval={approval} />
    </article>
  );
}
