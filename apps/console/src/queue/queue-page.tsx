import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowLeft, IconMoodSmile } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { Approval } from '../api/types.js';
import { useSession } from '../session/session.js';
import { Waiting } from '../shell/waiting.js';
import { ApprovalView } from './approval-view.js';
import { DecisionBar } from './decide/decision-bar.js';
import { useDecision } from './decide/use-decision.js';
import { verbsOf } from './decide/verbs.js';
import { GroupList } from './groups/group-list.js';
import { ManyBar } from './many/many-bar.js';
import { useMarks } from './many/use-marks.js';
import type { Waiting as WaitingApprovals } from './load-waiting.js';
import { useObstacle } from './use-obstacle.js';
import { useIntegrity } from './use-integrity.js';
import { useSelection } from './use-selection.js';
import { useWaiting, waitingKey } from './use-waiting.js';
import { WaitingList } from './waiting-list.js';

// Dialogs are loaded when they are opened.
const EditDialog = lazy(() =>
  import('./decide/edit-dialog.js').then((part) => ({ default: part.EditDialog })),
);

interface Outcome {
  /** Undefined for several at once. */
  readonly approval?: Approval;
  readonly words: string;
}

/** The decision page: what waits on the left, what is to be decided on the right. */
export function QueuePage({ kind = 'job' }: { readonly kind?: Approval['kind'] }) {
  const { data, error, isLive, refresh } = useWaiting(kind);
  const items = data?.items ?? [];
  const selection = useSelection(items);
  const marks = useMarks(items);
  const { isOneOf } = useSession();
  const [outcome, setOutcome] = useState<Outcome>();
  const [isReading, setReading] = useState(false);
  const [view, setView] = useState('list');
  const queries = useQueryClient();
  const { approval } = selection;

  const onDecided = (decided: Approval, words: string) => {
    setOutcome({ approval: decided, words });
    queries.setQueryData<WaitingApprovals>(
      waitingKey(kind),
      (waiting) =>
        waiting && { ...waiting, items: waiting.items.filter((i) => i.approval_id !== decided.approval_id) },
    );
    selection.select(nextOf(items, decided));
    refresh();
  };

  useHotkeys([
    ['j', () => selection.move(1)],
    ['k', () => selection.move(-1)],
    ['ArrowDown', () => selection.move(1)],
    ['ArrowUp', () => selection.move(-1)],
    ['x', () => approval && isOneOf('reviewer') && marks.toggle(approval)],
    ['shift+X', () => approval && isOneOf('reviewer') && marks.markAlike(approval)],
  ]);

  if (data === undefined) return <Waiting error={error} />;
  return (
    <div className={isReading ? 'queue queue-reading' : 'queue'}>
      <section className="queue-list" aria-label="Queue">
        <header className="queue-head">
          <h1>
            {TITLES[kind]}{' '}
            <span className="count" data-testid="waiting-count">
              {data.isWhole ? items.length : `${items.length}+`}
            </span>
          </h1>
          <span
            className={isLive ? 'live live-on' : 'live'}
            title={isLive ? 'Changes are told as they happen' : 'Asked every two seconds'}
          >
            {isLive ? 'live' : 'polling'}
          </span>
        </header>
        {kind === 'job' && (
          <SegmentedControl
            className="queue-view"
            size="xs"
            fullWidth
            aria-label="View of the queue"
            data={[
              { value: 'list', label: 'One by one' },
              { value: 'groups', label: 'Alike together' },
            ]}
            value={view}
            onChange={setView}
          />
        )}
        {view === 'groups' ? (
          <GroupList
            kind={kind}
            waiting={items}
            canMark={isOneOf('reviewer')}
            onPick={(group) => {
              const ids = new Set(group.items.map(({ approval_id: id }) => id));
              const members = items.filter(({ approval_id: id }) => ids.has(id));
              if (isOneOf('reviewer')) marks.mark(members);
              selection.select(members[0] ?? approval);
              setReading(true);
            }}
          />
        ) : (
          <WaitingList
            items={items}
            selected={approval?.approval_id}
            marked={marks.ids}
            onSelect={(item) => {
              selection.select(item);
              setReading(true);
            }}
          />
        )}
      </section>
      <section className="queue-detail" aria-label="Decision">
        <ActionIcon
          className="queue-back"
          variant="subtle"
          aria-label="Back to the list"
          onClick={() => setReading(false)}
        >
          <IconArrowLeft />
        </ActionIcon>
        <div className="outcome" role="status" data-testid="outcome">
          {outcome && (
            <>
              <span>{outcome.words}</span>
              {outcome.approval && (
                <Button
                  component={Link}
                  href={`/jobs/${outcome.approval.job_id}`}
                  size="compact-sm"
                  variant="light"
                >
                  Follow the job
                </Button>
              )}
            </>
          )}
        </div>
        {marks.marked.length > 0 && (
          <ManyBar
            marked={marks.marked}
            onClear={marks.clear}
            onAnswered={(words) => {
              setOutcome({ words });
              marks.clear();
              refresh();
            }}
          />
        )}
        {approval === undefined ? (
          <div className="nothing">
            <IconMoodSmile size={40} stroke={1.3} aria-hidden />
            <p>{NOTHING[kind]}</p>
          </div>
        ) : (
          <Decide
            key={approval.approval_id}
            approval={approval}
            isListed={selection.isListed}
            onDecided={onDecided}
          />
        )}
      </section>
    </div>
  );
}

const TITLES: Readonly<Record<Approval['kind'], string>> = { job: 'Queue', output: 'Output' };
const NOTHING: Readonly<Record<Approval['kind'], string>> = {
  job: 'Nothing waits. New requests appear here by themselves.',
  output: 'No output is in quarantine. Those that need a review appear here by themselves.',
};

interface DecideProps {
  readonly approval: Approval;
  readonly isListed: boolean;
  readonly onDecided: (approval: Approval, words: string) => void;
}

function Decide({ approval, isListed, onDecided }: DecideProps) {
  const { isOneOf } = useSession();
  const integrity = useIntegrity(approval);
  const [isEditing, setEditing] = useState(false);
  const decision = useDecision(approval, (decided, { vote }, { state }) =>
    onDecided(decided, wordsFor(decided, vote, state)),
  );
  const obstacle = useObstacle(approval, isListed, integrity);
  const canDecide = obstacle === undefined && isOneOf('reviewer');
  const canEdit = canDecide && approval.kind === 'job' && approval.confirm !== undefined;
  useHotkeys([
    ['a', () => canDecide && decision.arm('approve')],
    ['d', () => canDecide && decision.arm('deny')],
    ['e', () => canEdit && setEditing(true)],
  ]);
  return (
    <>
      <div className="detail-scroll">
        <ApprovalView approval={approval} integrity={integrity} />
      </div>
      <DecisionBar
        approval={approval}
        decision={decision}
        obstacle={obstacle}
        onEdit={canEdit ? () => setEditing(true) : undefined}
      />
      {isEditing && approval.job !== null && (
        <Suspense>
          <EditDialog
            approval={approval}
            params={approval.job.params}
            onClose={() => setEditing(false)}
            onEdited={() => onDecided(approval, `Edited and approved ${approval.topic}`)}
          />
        </Suspense>
      )}
    </>
  );
}

function wordsFor({ topic, kind }: Approval, vote: 'approve' | 'deny', state: string): string {
  const { approved, denied } = verbsOf(kind);
  if (vote === 'deny') return `${denied} ${topic}`;
  return state === 'PENDING' ? `Counted for ${topic}; more approvals are needed` : `${approved} ${topic}`;
}

function nextOf(items: readonly Approval[], decided: Approval): Approval | undefined {
  const at = items.findIndex((item) => item.approval_id === decided.approval_id);
  return items[at + 1] ?? items[at - 1];
}
