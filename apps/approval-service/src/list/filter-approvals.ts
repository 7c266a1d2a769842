import { ApprovalState } from '../approval/approval.js';
import type { ListRequest } from './list-request.js';

/** A condition over `approvals a` with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** SQL: the state a reader is shown; what is past its time has expired, swept or not. */
export const SHOWN_STATE = `CASE WHEN a.state = 'PENDING' AND a.expires_at <= now() THEN 'EXPIRED' ELSE a.state END`;
const IS_OPEN = `a.state = 'PENDING' AND a.expires_at > now()`;

type Filters = Omit<ListRequest, 'limit' | 'after' | 'order'>;

/** The condition of what a request asks for. Only what it names is compared, so that plans can use the indexes. */
export function conditionOf(filters: Filters): Condition {
  const params: unknown[] = [];
  const value = (one: unknown) => `$${params.push(one)}`;
  const parts = [`a.tenant_id = ${value(filters.tenant_id)}`, stateOf(filters, value)];
  const { kind, agent_id, topic, rule_id, shape, min_risk, min_age_sec } = filters;
  if (kind !== undefined) parts.push(`a.kind = ${value(kind)}`);
  if (agent_id !== undefined) parts.push(`a.agent_id = ${value(agent_id)}`);
  if (topic !== undefined) parts.push(topicCondition('a', topic, value));
  if (rule_id !== undefined) parts.push(`a.rule_ids::json ->> 0 = ${value(rule_id)}`);
  if (shape !== undefined) parts.push(`a.shape = ${value(shape)}`);
  if (min_risk !== undefined) parts.push(`a.risk >= ${value(min_risk)}`);
  if (min_age_sec !== undefined)
    parts.push(`a.created_at <= now() - make_interval(secs => ${value(min_age_sec)})`);
  return { sql: parts.join(' AND '), params };
}

function stateOf({ states, include_resolved }: Filters, value: (one: unknown) => string): string {
  if (states === undefined) return include_resolved === true ? 'TRUE' : IS_OPEN;
  if (states.length === 1 && states[0] === ApprovalState.Pending) return IS_OPEN;
  return `${SHOWN_STATE} = ANY(${value(states)})`;
}

/** SQL: whether the `topic` of a table is the one that is asked for, or below what ends with `.>`. */
export function topicCondition(alias: string, topic: string, value: (one: unknown) => string): string {
  if (!topic.endsWith('.>')) return `${alias}.topic = ${value(topic)}`;
  // Compared as text: a pattern would give a meaning to the underscores of topics.
  return `starts_with(${alias}.topic, ${value(topic.slice(0, -1))})`;
}
