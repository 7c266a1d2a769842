import { Button, Group, NativeSelect, Table, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Job, Page } from '../api/types.js';
import { Revealed } from '../reveal/revealed.js';
import { useSession } from '../session/session.js';
import { Moment } from '../shell/moment.js';
import { Waiting } from '../shell/waiting.js';
import { JOB_STATES } from './job-states.js';
import { StateBadge } from './state-badge.js';

const PAGE = 50;
/** Milliseconds between two looks at a list that is one page long; longer ones are looked at when asked for. */
const EVERY_MS = 2000;

/** The tenant's jobs, the newest first. */
export function JobsPage() {
  const { client } = useSession();
  const [state, setState] = useState('');
  const [filter, setFilter] = useState('');
  const jobs = useInfiniteQuery({
    queryKey: ['jobs', state],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (state !== '') query.set('state', state);
      if (pageParam !== null) query.set('after', pageParam);
      return client.ask<Page<Job>>(`/api/v1/jobs?${query.toString()}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 1) === 1 ? EVERY_MS : false),
  });
  const all = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = filter.trim().toLowerCase();
  const shown = all.filter(({ topic, agent_id, job_id, rule_ids }) =>
    [topic, agent_id, job_id, ...rule_ids].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <div className="plain-page">
      <header className="page-head">
        <h1>Jobs</h1>
        <Group gap="xs">
          <NativeSelect
            aria-label="State"
            size="xs"
            value={state}
            onChange={(event) => setState(event.currentTarget.value)}
            data={[
              { value: '', label: 'any state' },
              ...JOB_STATES.map((value) => ({ value, label: value.replaceAll('_', ' ').toLowerCase() })),
            ]}
          />
          <TextInput
            size="xs"
            aria-label="Filter"
            placeholder="topic, agent, rule or id"
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        </Group>
      </header>
      {jobs.data === undefined ? <Waiting error={jobs.error} /> : <JobTable jobs={shown} />}
      {jobs.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={jobs.isFetchingNextPage}
          onClick={() => void jobs.fetchNextPage()}
        >
          Older jobs
        </Button>
      )}
    </div>
  );
}

function JobTable({ jobs }: { readonly jobs: readonly Job[] }) {
  const [, go] = useLocation();
  if (jobs.length === 0) return <p className="muted">No such jobs.</p>;
  return (
    <div className="table-wrap jobs-table" tabIndex={0} role="group" aria-label="Jobs">
      <Table highlightOnHover verticalSpacing={6} className="dense">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>State</Table.Th>
            <Table.Th>Topic</Table.Th>
            <Table.Th>Agent</Table.Th>
            <Table.Th>Decided by</Table.Th>
            <Table.Th>Submitted</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <Table.Tr key={job.job_id} className="clickable" onClick={() => go(`/jobs/${job.job_id}`)}>
              <Table.Td>
                <StateBadge state={job.state} />
              </Table.Td>
              <Table.Td>
                <Link href={`/jobs/${job.job_id}`}>{job.topic.replace(/^job\./, '')}</Link>
              </Table.Td>
              <Table.Td>
                <Revealed text={job.agent_id} />
              </Table.Td>
              <Table.Td>
                <Revealed text={job.rule_ids[0] ?? job.reason_code ?? ''} />
              </Table.Td>
              <Table.Td>
                <Moment at={job.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
