import { useMemo } from 'react';
import { Revealed } from '../../reveal/revealed.js';
import { Waiting } from '../../shell/waiting.js';
import { Countdown } from '../countdown.js';
import { useGroups, type Group } from './use-groups.js';
import type { Approval } from '../../api/types.js';

interface GroupListProps {
  readonly kind: Approval['kind'];
  /** What waits, as far as it is loaded: of each group one is looked at, to tell groups of one topic apart. */
  readonly waiting: readonly Approval[];
  /** Told which one was picked. */
  readonly onPick: (group: Group) => void;
  readonly canMark: boolean;
}

/** What waits, put together by what is alike. To pick a group is to mark what can be answered at once of it. */
export function GroupList({ kind, waiting, onPick, canMark }: GroupListProps) {
  const { data, error } = useGroups(kind);
  const byId = useMemo(() => new Map(waiting.map((item) => [item.approval_id, item])), [waiting]);
  if (data === undefined) return <Waiting error={error} />;
  if (data.groups.length === 0) return <p className="muted group-none">Nothing waits.</p>;
  return (
    <ul className="group-list" aria-label="Groups">
      {data.groups.map((group) => (
        <li key={JSON.stringify([group.rule_id, group.agent_id, group.topic, group.shape])}>
          <button
            type="button"
            className="group-row"
            data-risk={group.risk}
            onClick={() => onPick(group)}
            title={canMark ? 'Mark them all' : 'Show the first of them'}
          >
            <span className="waiting-row-top">
              <span className="waiting-row-topic">{group.topic.replace(/^job\./, '')}</span>
              <span className="count">{group.count}</span>
            </span>
            <span className="waiting-row-bottom">
              <Revealed text={group.agent_id ?? 'unknown agent'} />
              <span className="muted"> · </span>
              <span className="muted">
                <Revealed text={group.rule_id ?? 'no rule'} />
              </span>
            </span>
            <span className="waiting-row-bottom muted">
              <Revealed text={namesIn(byId.get(group.items[0]?.approval_id ?? ''))} />
            </span>
            <span className="muted group-first">
              first ends in <Countdown expiresAt={group.first_expires_at} />
            </span>
          </button>
        </li>
      ))}
      {!data.is_complete && <li className="muted group-none">There are more groups than are shown.</li>}
    </ul>
  );
}

/** The names of a request's parameters: all of a group have the same. */
function namesIn(approval: Approval | undefined): string {
  const params = approval?.job?.params;
  const names = typeof params === 'object' && params !== null ? Object.keys(params) : [];
  return names.length === 0 ? 'no parameters' : `with ${names.join(', ')}`;
}
