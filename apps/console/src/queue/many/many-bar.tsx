import { Alert, Button, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../../api/problem.js';
import type { Approval } from '../../api/types.js';
import { canonicalJson, digestOf } from '../../payload/canonical-json.js';
import { useSession } from '../../session/session.js';
import { verbsOf, type Verbs } from '../decide/verbs.js';

interface Answer {
  readonly results: readonly { readonly job_id: string; readonly ok: boolean; readonly code?: string }[];
}
interface ManyProps {
  readonly marked: readonly Approval[];
  readonly onClear: () => void;
  readonly onAnswered: (words: string) => void;
}

/** The same answer to all that are marked: each bound to what was seen of it, so that one that changed stops only itself. */
export function ManyBar({ marked, onClear, onAnswered }: ManyProps) {
  const { client } = useSession();
  const [vote, setVote] = useState<'approve' | 'deny'>();
  const [note, setNote] = useState('');
  const verbs = verbsOf(marked[0]?.kind ?? 'job');
  const answer = useMutation({
    mutationFn: async (chosen: 'approve' | 'deny') => {
      await requireShown(marked);
      return client.ask<Answer>('/api/v1/approvals/resolve', {
        method: 'POST',
        body: {
          vote: chosen,
          ...(note.trim() === '' ? {} : { note: note.trim() }),
          items: marked.map(({ job_id, job_hash, kind }) => ({ job_id, expected_job_hash: job_hash, kind })),
        },
      });
    },
    onSuccess: ({ results }, chosen) => onAnswered(wordsFor(results, chosen, verbs)),
  });
  return (
    <div className="many-bar" role="group" aria-label="Marked requests">
      <strong>{marked.length} marked</strong>
      {vote === undefined ? (
        <Group gap="xs">
          <Button size="compact-sm" color="teal" onClick={() => setVote('approve')}>
            {`${verbs.approve} all ${marked.length}`}
          </Button>
          <Button size="compact-sm" color="red" variant="outline" onClick={() => setVote('deny')}>
            {`${verbs.deny} all ${marked.length}`}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
            Unmark
          </Button>
        </Group>
      ) : (
        <form
          className="many-form"
          onSubmit={(event) => {
            event.preventDefault();
            answer.mutate(vote);
          }}
        >
          <TextInput
            size="xs"
            aria-label="Note for all"
            placeholder="Note for the record (optional)"
            maxLength={4096}
            autoFocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Button
            type="submit"
            size="compact-sm"
            color={vote === 'approve' ? 'teal' : 'red'}
            loading={answer.isPending}
          >
            {vote === 'approve'
              ? `${verbs.approve} exactly these ${marked.length}`
              : `${verbs.deny} these ${marked.length}`}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setVote(undefined)}>
            Back
          </Button>
        </form>
      )}
      {answer.error && (
        <Alert color="red" p="xs" role="alert">
          {wordsOf(answer.error)}
        </Alert>
      )}
    </div>
  );
}

/** Throws when the digest that an answer would be bound to is not of what was shown. */
async function requireShown(marked: readonly Approval[]): Promise<void> {
  for (const { job, job_hash: bound, topic } of marked) {
    const digest = job === null ? undefined : await digestOf(canonicalJson(job));
    if (digest !== undefined && digest !== bound)
      throw new Error(`A request of ${topic} is not what is shown. Nothing was answered.`);
  }
}

function wordsFor(results: Answer['results'], vote: 'approve' | 'deny', verbs: Verbs): string {
  const refused = results.filter(({ ok }) => !ok);
  const done = `${vote === 'approve' ? verbs.approved : verbs.denied} ${results.length - refused.length} requests`;
  if (refused.length === 0) return done;
  const codes = [...new Set(refused.map(({ code }) => code ?? 'refused'))].join(', ').replaceAll('_', ' ');
  return `${done}; ${refused.length} not: ${codes}`;
}
