import { Alert, Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { wordsOf } from '../../api/problem.js';
import type { Approval } from '../../api/types.js';
import { ChangeList } from '../../payload/change-list.js';
import { changesBetween } from '../../payload/changes-between.js';
import { editableJson, readEdited } from '../../payload/editable-json.js';
import { useSession } from '../../session/session.js';

interface EditProps {
  readonly approval: Approval;
  readonly params: unknown;
  readonly onClose: () => void;
  readonly onEdited: () => void;
}

/** Approves a job with other params: what differs is shown before it is sent, and policy decides about it again. */
export function EditDialog({ approval, params, onClose, onEdited }: EditProps) {
  const { client } = useSession();
  const [text, setText] = useState(() => editableJson(params));
  const [note, setNote] = useState('');
  const [confirm, setConfirm] = useState('');
  const read = useMemo(() => readEdited(text), [text]);
  const changes = useMemo(() => ('value' in read ? changesBetween(params, read.value) : []), [params, read]);
  const edit = useMutation({
    mutationFn: (edited: unknown) =>
      client.ask(`/api/v1/approvals/${approval.job_id}/edit`, {
        method: 'POST',
        body: {
          params: edited,
          expected_job_hash: approval.job_hash,
          ...(note.trim() === '' ? {} : { note: note.trim() }),
          ...(typeof approval.confirm === 'string' ? { confirm } : {}),
        },
      }),
    onSuccess: () => {
      onEdited();
      onClose();
    },
  });
  const isConfirmed = typeof approval.confirm !== 'string' || confirm === approval.confirm;
  return (
    <Modal opened onClose={onClose} title="Edit and approve" size="xl" lockScroll={false}>
      <Stack gap="sm">
        <Textarea
          label="Parameters (JSON)"
          description="Characters that can’t be seen are written as \u escapes."
          classNames={{ input: 'json-field' }}
          rows={14}
          spellCheck={false}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={'problem' in read ? read.problem : undefined}
        />
        {changes.length > 0 && <ChangeList changes={changes} />}
        <TextInput
          label="Note"
          maxLength={4096}
          value={note}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
        {typeof approval.confirm === 'string' && (
          <TextInput
            label={`Type ${approval.confirm} to approve`}
            autoComplete="off"
            value={confirm}
            onChange={(e) => setConfirm(e.currentTarget.value)}
          />
        )}
        {edit.error && (
          <Alert color="red" role="alert">
            {wordsOf(edit.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color="teal"
            loading={edit.isPending}
            disabled={!('value' in read) || changes.length === 0 || !isConfirmed}
            onClick={() => 'value' in read && edit.mutate(read.value)}
          >
            Approve as edited
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
