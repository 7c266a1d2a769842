import { Button, Group, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Timeline } from '../audit/timeline.js';
import { useTrace } from '../audit/use-trace.js';
import type { Attempt, Job } from '../api/types.js';
import { ValueTree } from '../payload/value-tree.js';
import { Revealed } from '../reveal/revealed.js';
import { useSession } from '../session/session.js';
import { Facts } from '../shell/facts.js';
import { Hash } from '../shell/hash.js';
import { Moment } from '../shell/moment.js';
import { Tags } from '../shell/tags.js';
import { Waiting } from '../shell/waiting.js';
import { hasEnded } from './job-states.js';
import { JobApprovals } from './job-approvals.js';
import { JobOutput } from './job-output.js';
import { StateBadge } from './state-badge.js';
import { TraceLink } from './trace-link.js';
import { useApprovalOf } from './use-approval-of.js';

/** Milliseconds between two looks at a job that goes on. */
const EVERY_MS = 1000;

/** One job, from its submission to its release. */
export function JobPage({ id }: { readonly id: string }) {
  const { client, isOneOf, me } = useSession();
  const job = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => client.ask<Job>(`/api/v1/jobs/${id}`, { signal }),
    refetchInterval: ({ state: { data } }) => (data && hasEnded(data.state) ? false : EVERY_MS),
  });
  const goesOn = job.data === undefined || !hasEnded(job.data.state);
  const readsLog = isOneOf('auditor', 'operator');
  // The log is written a moment after the job has ended.
  const trace = useTrace(readsLog ? job.data?.trace_id : undefined, {
    everyMs: goesOn ? EVERY_MS : 5 * EVERY_MS,
  });
  const asked = { isWanted: job.data !== undefined, everyMs: goesOn ? EVERY_MS * 2 : false } as const;
  const approval = useApprovalOf(id, 'job', asked);
  const review = useApprovalOf(id, 'output', asked);
  if (job.data === undefined) return <Waiting error={job.error} />;
  const { data } = job;
  return (
    <div className="plain-page">
      <header className="page-head">
        <h1>{data.topic.replace(/^job\./, '')}</h1>
        <Group gap="xs">
          <StateBadge state={data.state} />
          <TraceLink template={me.traces_url} trace={data.trace_id} />
          {readsLog && (
            <Button component={Link} href={`/audit/${data.trace_id}`} size="compact-sm" variant="light">
              Evidence
            </Button>
          )}
        </Group>
      </header>
      <div className="panels">
        <Decision job={data} asked={approval?.reason} />
        <section className="panel" aria-label="The job">
          <h3>The job</h3>
          <Facts
            rows={[
              ['Id', <Hash key="id" value={data.job_id} />],
              ['Trace', <Hash key="trace" value={data.trace_id} />],
              ['Agent', <Revealed key="agent" text={data.agent_id} />],
              ['Submitted', <Moment key="at" at={data.created_at} />],
              ['Last change', <Moment key="changed" at={data.updated_at} />],
            ]}
          />
        </section>
      </div>
      {approval !== undefined && <JobApprovals approval={approval} />}
      {data.attempts.length > 0 && <Attempts attempts={data.attempts} />}
      {review !== undefined && <JobApprovals approval={review} />}
      {data.state === 'COMPLETED' && <JobOutput id={data.job_id} />}
      {readsLog && (
        <section className="panel" aria-label="Trail">
          <h3>Trail</h3>
          {trace.data === undefined ? <Waiting error={trace.error} /> : <Timeline entries={trace.data} />}
        </section>
      )}
    </div>
  );
}

/** What was decided about it; `asked` is why policy has asked people, where it has. */
function Decision({ job, asked }: { readonly job: Job; readonly asked: string | undefined }) {
  const hasConstraints = Object.keys(job.constraints).length > 0;
  return (
    <section className="panel" aria-label="Decision">
      <h3>Decision</h3>
      <Facts
        rows={[
          ['Policy asked', asked === undefined ? null : <Revealed key="asked" text={asked} />],
          ['Now, because', job.reason === null ? null : <Revealed key="why" text={job.reason} />],
          ['Code', job.reason_code === null ? null : <code key="code">{job.reason_code}</code>],
          ['Rules', job.rule_ids.length === 0 ? null : <Tags key="rules" words={job.rule_ids} />],
          ['Constraints', hasConstraints ? <ValueTree key="constraints" value={job.constraints} /> : null],
        ]}
      />
    </section>
  );
}

function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  return (
    <section className="panel" aria-label="Attempts">
      <h3>Attempts</h3>
      <div className="table-wrap" tabIndex={0} role="group" aria-label="Each attempt">
        <Table verticalSpacing={4} className="dense">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>#</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Outcome</Table.Th>
              <Table.Th>Pool</Table.Th>
              <Table.Th>Claimed</Table.Th>
              <Table.Th>Reported</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {attempts.map(({ attempt, state, outcome, pool, claimed_at: claimed, reported_at: reported }) => (
              <Table.Tr key={attempt}>
                <Table.Td>{attempt}</Table.Td>
                <Table.Td>{state?.toLowerCase()}</Table.Td>
                <Table.Td>{outcome}</Table.Td>
                <Table.Td>{typeof pool === 'string' ? pool : ''}</Table.Td>
                <Table.Td>{typeof claimed === 'string' && <Moment at={claimed} />}</Table.Td>
                <Table.Td>{typeof reported === 'string' && <Moment at={reported} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}
