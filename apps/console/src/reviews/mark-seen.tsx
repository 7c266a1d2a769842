import { Alert, Button, Group, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../api/problem.js';
import { useSession } from '../session/session.js';
import type { Verdict } from './review.js';

/** Most characters that the API takes. */
const LONGEST = 4096;

/** Says of released work that it is fine, or that there is a problem; once. */
export function MarkSeen({ jobId }: { readonly jobId: string }) {
  const { client } = useSession();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const mark = useMutation({
    mutationFn: (verdict: Verdict) =>
      client.ask(`/api/v1/reviews/${jobId}/seen`, {
        method: 'POST',
        body: { verdict, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      }),
    // Also after a refusal: somebody else may have been faster.
    onSettled: () => queries.invalidateQueries({ queryKey: ['reviews'] }),
  });
  const button = (verdict: Verdict, words: string) => (
    <Button
      color={verdict === 'fine' ? 'teal' : 'red'}
      variant={verdict === 'fine' ? 'filled' : 'outline'}
      disabled={mark.isPending}
      loading={mark.isPending && mark.variables === verdict}
      onClick={() => mark.mutate(verdict)}
    >
      {words}
    </Button>
  );
  return (
    <>
      <Group gap="xs" align="flex-end" className="mark-seen">
        <Textarea
          className="note-field"
          aria-label="Note"
          placeholder="Note for the record (optional)"
          rows={1}
          maxLength={LONGEST}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {button('fine', 'Seen, fine')}
        {button('problem', 'Seen, a problem')}
      </Group>
      {mark.error && (
        <Alert color="red" p="xs" mt="xs" role="alert">
          {wordsOf(mark.error)}
        </Alert>
      )}
    </>
  );
}
