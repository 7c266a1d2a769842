import { Alert, Button, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ApiProblem, wordsOf } from '../api/problem.js';
import type { AuditVerification, Job } from '../api/types.js';
import { useSession } from '../session/session.js';
import { Hash } from '../shell/hash.js';
import { Waiting } from '../shell/waiting.js';
import { Timeline } from './timeline.js';
import { useTrace } from './use-trace.js';

const TRACE_ID = /^[0-9a-f]{32}$/;
const JOB_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** The audit log: what it knows of a trace, and whether it still is what was written. */
export function AuditPage({ trace }: { readonly trace?: string }) {
  const { client } = useSession();
  const [, go] = useLocation();
  const [wanted, setWanted] = useState(trace ?? '');
  const entries = useTrace(trace, { everyMs: false });
  const find = useMutation({
    mutationFn: async (id: string) =>
      TRACE_ID.test(id) ? id : (await client.ask<Job>(`/api/v1/jobs/${id.toUpperCase()}`)).trace_id,
    onSuccess: (id) => go(`/audit/${id}`),
  });
  const id = wanted.trim();
  const isId = TRACE_ID.test(id) || JOB_ID.test(id);
  return (
    <div className="plain-page">
      <header className="page-head">
        <h1>Audit</h1>
      </header>
      <Verify />
      <form
        className="search-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (isId) find.mutate(id);
        }}
      >
        <TextInput
          label="Trace or job"
          placeholder="32 hexadecimal digits, or the id of a job"
          className="search-field"
          value={wanted}
          spellCheck={false}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Button type="submit" disabled={!isId} loading={find.isPending}>
          Show
        </Button>
      </form>
      {find.error && <Alert color="red">{wordsOf(find.error)}</Alert>}
      {trace !== undefined && <Entries entries={entries.data} error={entries.error} />}
    </div>
  );
}

function Entries(props: {
  readonly entries: ReturnType<typeof useTrace>['data'];
  readonly error: Error | null;
}) {
  if (props.error instanceof ApiProblem && props.error.status === 404)
    return <p className="muted">The log knows no such trace.</p>;
  if (props.entries === undefined) return <Waiting error={props.error} />;
  if (props.entries.length === 0) return <p className="muted">Nothing is written about it yet.</p>;
  return <Timeline entries={props.entries} />;
}

function Verify() {
  const { client } = useSession();
  const verify = useMutation({ mutationFn: () => client.ask<AuditVerification>('/api/v1/audit/verify') });
  return (
    <section className="panel" aria-label="The chain">
      <Group justify="space-between">
        <p>Recompute every entry’s digest, from the first to the last.</p>
        <Button variant="light" size="xs" loading={verify.isPending} onClick={() => verify.mutate()}>
          Verify the log
        </Button>
      </Group>
      {verify.error && <Alert color="red">{wordsOf(verify.error)}</Alert>}
      {verify.data && <Verdict {...verify.data} />}
    </section>
  );
}

function Verdict({ ok, entries, head_hash: head, seq, problem }: AuditVerification) {
  if (!ok)
    return (
      <Alert color="red" role="alert" title="The chain is broken">
        At entry {seq ?? 'unknown'}: {problem ?? 'it is not what was written'}.
      </Alert>
    );
  return (
    <Alert color="teal" role="status" title="The chain holds">
      {entries === undefined ? 'Every entry' : `${entries.toLocaleString('en')} entries`}, head{' '}
      {head === undefined ? 'unknown' : <Hash value={head} />}.
    </Alert>
  );
}
