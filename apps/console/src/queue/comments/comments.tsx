import { Alert, Button, Group, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../../api/problem.js';
import type { Approval, Comment } from '../../api/types.js';
import { useSession } from '../../session/session.js';
import { CommentList } from './comment-list.js';

/** Most characters that the API takes. */
const LONGEST = 4096;

/** What people have said about a question without answering it, and a place to say something oneself. */
export function Comments({ approval }: { readonly approval: Approval }) {
  const { client, isOneOf } = useSession();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const key = ['approval', approval.job_id, approval.kind];
  const { data, error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      client.ask<Approval & { readonly comments?: readonly Comment[] }>(
        `/api/v1/approvals/${approval.job_id}?kind=${approval.kind}`,
        { signal },
      ),
  });
  const say = useMutation({
    mutationFn: (text: string) =>
      client.ask(`/api/v1/approvals/${approval.job_id}/comments`, { method: 'POST', body: { note: text } }),
    onSuccess: async () => {
      setNote('');
      await queries.invalidateQueries({ queryKey: key });
    },
  });
  const comments = data?.comments ?? [];
  const text = note.trim();
  if (!isOneOf('reviewer', 'auditor', 'operator')) return null;
  return (
    <section className="panel" aria-label="Comments">
      <h3>
        Comments <span className="muted">— they decide nothing</span>
      </h3>
      {error && (
        <Alert color="red" role="alert">
          {wordsOf(error)}
        </Alert>
      )}
      <CommentList comments={comments} />
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Textarea
          className="note-field"
          aria-label="Comment"
          placeholder="Say something about it, without answering"
          rows={1}
          maxLength={LONGEST}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button
          variant="default"
          disabled={text === ''}
          loading={say.isPending}
          onClick={() => say.mutate(text)}
        >
          Comment
        </Button>
      </Group>
      {say.error && (
        <Alert color="red" p="xs" role="alert">
          {wordsOf(say.error)}
        </Alert>
      )}
    </section>
  );
}
