import type { Obligations } from '../decide/merge-obligations.js';
import type { ApprovalTerms, PolicyRule } from '../policy-rule.js';
import { ReferenceFault } from './reference-fault.js';

/** What all rules together ask for besides their constraints. */
export function tightestObligations(rules: readonly PolicyRule[]): Obligations {
  const terms = rules.flatMap(({ approval }) => approval ?? []);
  const limits = rules.flatMap(({ id, throttle }) => (throttle ? [{ id, throttle }] : []));
  const flags = [...new Set(rules.flatMap(({ obligations }) => obligations ?? []))];
  return {
    ...(terms.length > 0 && { approval: tightestApproval(terms) }),
    ...(limits.length > 0 && {
      throttle: {
        on_excess: limits.some(({ throttle }) => throttle.on_excess === 'reject') ? 'reject' : 'hold',
        limits: [...limits]
          .sort((left, right) => (left.id < right.id ? -1 : 1))
          .map(({ id, throttle: { on_excess: _, ...terms } }) => ({ rule_id: id, ...terms })),
      },
    }),
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
  };
}

/** The most approvers, of groups that every rule with groups takes, in the shortest time. */
function tightestApproval(terms: readonly ApprovalTerms[]): ApprovalTerms {
  const named = terms.filter(({ groups }) => groups.length > 0);
  const groups = inEvery(named.map((term) => term.groups));
  if (named.length > 0 && groups.length === 0) throw new ReferenceFault('no group may approve for all');
  const waits = terms.flatMap(({ escalate_after_sec: wait }) => (wait === undefined ? [] : [wait]));
  const later =
    named.length > 0
      ? inEvery(named.map((term) => [...term.groups, ...(term.escalate_to ?? [])])).filter(
          (group) => !groups.includes(group),
        )
      : [...new Set(terms.flatMap((term) => term.escalate_to ?? []))].sort();
  return {
    quorum: Math.max(...terms.map(({ quorum }) => quorum)),
    groups,
    ttl_sec: Math.min(...terms.map(({ ttl_sec }) => ttl_sec)),
    ...(terms.some(({ confirm }) => confirm === true) && { confirm: true }),
    ...(waits.length > 0 &&
      later.length > 0 && { escalate_after_sec: Math.min(...waits), escalate_to: later }),
  };
}

function inEvery(lists: readonly (readonly string[])[]): string[] {
  const all = [...new Set(lists.flat())].sort();
  return all.filter((name) => lists.every((list) => list.includes(name)));
}
