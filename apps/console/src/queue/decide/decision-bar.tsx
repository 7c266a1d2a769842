import { Alert, Button, Group, Kbd, Textarea, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { wordsOf } from '../../api/problem.js';
import type { Approval } from '../../api/types.js';
import { Revealed } from '../../reveal/revealed.js';
import type { Decision } from './use-decision.js';
import { verbsOf } from './verbs.js';

interface BarProps {
  readonly approval: Approval;
  readonly decision: Decision;
  /** Why it can't be answered now; undefined when it can. */
  readonly obstacle: string | undefined;
  /** Undefined where it can't be edited. */
  readonly onEdit: (() => void) | undefined;
}

/** Approves or denies, in two steps: a key that was hit by mistake decides nothing. */
export function DecisionBar({ approval, decision, obstacle, onEdit }: BarProps) {
  if (obstacle !== undefined)
    return (
      <div className="decision-bar" data-testid="decision-bar">
        <Alert color="gray" variant="light" p="xs">
          {obstacle}
        </Alert>
      </div>
    );
  return (
    <div className="decision-bar" data-testid="decision-bar">
      {decision.error !== null && (
        <Alert color="red" variant="light" p="xs" mb="xs" role="alert">
          {wordsOf(decision.error)}
        </Alert>
      )}
      {decision.armed === undefined ? (
        <Group gap="xs">
          <Button color="teal" onClick={() => decision.arm('approve')} rightSection={<Kbd size="xs">a</Kbd>}>
            {verbsOf(approval.kind).approve}
          </Button>
          <Button
            color="red"
            variant="outline"
            onClick={() => decision.arm('deny')}
            rightSection={<Kbd size="xs">d</Kbd>}
          >
            {verbsOf(approval.kind).deny}
          </Button>
          {onEdit && (
            <Button variant="default" onClick={onEdit} rightSection={<Kbd size="xs">e</Kbd>}>
              Edit
            </Button>
          )}
        </Group>
      ) : (
        <Armed key={`${approval.approval_id} ${decision.armed}`} approval={approval} decision={decision} />
      )}
    </div>
  );
}

function Armed({ approval, decision }: Pick<BarProps, 'approval' | 'decision'>) {
  const [note, setNote] = useState('');
  const [confirm, setConfirm] = useState('');
  const isApproval = decision.armed === 'approve';
  const verbs = verbsOf(approval.kind);
  const wanted = isApproval ? (approval.confirm ?? undefined) : undefined;
  const isReady = wanted === undefined || confirm === wanted;
  const submit = () => isReady && decision.cast({ vote: isApproval ? 'approve' : 'deny', note, confirm });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') decision.disarm();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <div role="group" aria-label={isApproval ? verbs.approve : verbs.deny} onKeyDown={onKeyDown}>
      {wanted !== undefined && (
        <TextInput
          size="sm"
          mb="xs"
          autoFocus
          autoComplete="off"
          label={
            <>
              Type{' '}
              <code>
                <Revealed text={wanted} />
              </code>{' '}
              to approve
            </>
          }
          value={confirm}
          onChange={(event) => setConfirm(event.currentTarget.value)}
        />
      )}
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Textarea
          className="note-field"
          aria-label="Note"
          placeholder={
            isApproval ? 'Note for the record (optional)' : 'Why not? (optional, kept in the audit log)'
          }
          rows={1}
          maxLength={4096}
          autoFocus={wanted === undefined}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button
          color={isApproval ? 'teal' : 'red'}
          loading={decision.isCasting}
          disabled={!isReady}
          onClick={submit}
          rightSection={<Kbd size="xs">⏎</Kbd>}
        >
          {isApproval ? verbs.exactly : `${verbs.deny} it`}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          onClick={decision.disarm}
          rightSection={<Kbd size="xs">Esc</Kbd>}
        >
          Back
        </Button>
      </Group>
    </div>
  );
}
