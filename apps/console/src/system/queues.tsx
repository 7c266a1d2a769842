import { Badge, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { serverNow } from '../api/server-clock.js';
import type { Approval } from '../api/types.js';
import { wordsOf } from '../api/problem.js';
import { useGroups, type Group, type Groups } from '../queue/groups/use-groups.js';
import { inWords } from '../queue/use-countdown.js';
import { useSession } from '../session/session.js';
import { depthOf, JOBS_READ, loadUnderWay, type Depth } from './depths.js';

/** Milliseconds between two looks. */
const EVERY_MS = 10_000;

/** How much waits, and how long the oldest of it has. */
export function Queues() {
  const { client, isOneOf } = useSession();
  const seesApprovals = isOneOf('reviewer', 'auditor', 'operator');
  const groups = useGroups(undefined, seesApprovals);
  const jobs = useQuery({
    queryKey: ['under-way'],
    queryFn: ({ signal }) => loadUnderWay(client, signal),
    refetchInterval: EVERY_MS,
    enabled: isOneOf('producer', 'reviewer', 'auditor', 'operator'),
  });
  const error = groups.error ?? jobs.error;
  return (
    <section className="panel" aria-label="Queues">
      <h3>
        Queues <span className="muted">— of your tenant</span>
      </h3>
      {error && <p role="alert">{wordsOf(error)}</p>}
      <Table verticalSpacing={4} className="dense">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What waits</Table.Th>
            <Table.Th>How many</Table.Th>
            <Table.Th>The oldest</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.data !== undefined && (
            <>
              <Row name="Requests for reviewers" depth={approvalDepth(groups.data, 'job')} />
              <Row name="Outputs in quarantine" depth={approvalDepth(groups.data, 'output')} />
            </>
          )}
          {jobs.data?.map(({ state, depth }) => (
            <Row key={state} name={`Jobs ${state.replaceAll('_', ' ').toLowerCase()}`} depth={depth} />
          ))}
        </Table.Tbody>
      </Table>
      <p className="muted">Of jobs in one state {JOBS_READ} are counted at most.</p>
    </section>
  );
}

function Row({
  name,
  depth: { count, isWhole, oldestAt },
}: {
  readonly name: string;
  readonly depth: Depth;
}) {
  const age = oldestAt === undefined ? undefined : Math.max(0, (serverNow() - Date.parse(oldestAt)) / 1000);
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Badge color={count === 0 ? 'gray' : 'cyan'} variant="light" radius="sm">
          {count.toLocaleString('en')}
          {isWhole ? '' : '+'}
        </Badge>
      </Table.Td>
      <Table.Td>{age === undefined ? '' : inWords(Math.floor(age))}</Table.Td>
    </Table.Tr>
  );
}

function approvalDepth({ groups, is_complete: isWhole }: Groups, kind: Approval['kind']): Depth {
  const ofKind = groups.filter((group: Group) => group.kind === kind);
  return depthOf(
    ofKind.map(({ count, oldest_at: at }) => ({ count, at })),
    isWhole,
  );
}
