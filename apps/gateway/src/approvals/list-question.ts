import { RISKS, type ApprovalListQuery } from './approval.queries.js';

/** The question that a list of approvals is: what the caller has named and nothing else, within their tenant. */
export function listQuestion(query: ApprovalListQuery, tenant: string): object {
  const { state, min_risk, include_resolved, limit, after, order, ...filters } = query;
  const question = {
    ...filters,
    tenant_id: tenant,
    include_resolved: include_resolved === 'true',
    limit,
    after,
    order,
    states: state === undefined ? undefined : [...new Set(state.split(','))],
    min_risk: min_risk === undefined ? undefined : RISKS.indexOf(min_risk),
  };
  return Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined));
}

/** The same for groups, of which there are no pages: what is open, put together. */
export function groupQuestion(query: ApprovalListQuery, tenant: string): object {
  const question = listQuestion(query, tenant) as Readonly<Record<string, unknown>>;
  const only = ['tenant_id', 'kind', 'agent_id', 'topic', 'rule_id', 'shape', 'min_risk', 'min_age_sec'];
  return Object.fromEntries(Object.entries(question).filter(([name]) => only.includes(name)));
}
