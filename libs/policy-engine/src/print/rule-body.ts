import type { InputRule, OutputRule } from '../findings/finding-rule.js';
import {
  NO_GRANT,
  type ClassifyRule,
  type PolicyRule,
  type RuleMatch,
  type TagCondition,
} from '../policy-rule.js';
import { approvalBody, throttleBody } from './block-body.js';

/** A mapping as a policy file writes it: members in the order in which people read them, absent ones left out. */
export type Body = Readonly<Record<string, unknown>>;

/** The members whose value is there. */
export function present(members: Body): Body {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** A rule as a file spells it. */
export function ruleBody(rule: PolicyRule): Body {
  const match = matchBody(rule.match);
  return present({
    id: rule.id,
    match: Object.keys(match).length > 0 ? match : undefined,
    when: whenBody(rule.when),
    decision: rule.decision,
    reason: rule.reason,
    reason_code: rule.reason_code,
    grants: rule.scope === NO_GRANT ? false : undefined,
    constraints: rule.constraints,
    approval: rule.approval && approvalBody(rule.approval),
    throttle: rule.throttle && throttleBody(rule.throttle),
    obligations: rule.obligations,
    allow_publish: rule.allow_publish,
  });
}

/** A classify rule as a file spells it. */
export function classifyBody({ id, match, when, add_tags }: ClassifyRule): Body {
  return present({ id, match, when: whenBody(when), add_tags });
}

/** A rule about findings as a file spells it. */
export function findingRuleBody(rule: InputRule | OutputRule): Body {
  return present({
    id: rule.id,
    match: Object.keys(rule.match).length > 0 ? rule.match : undefined,
    action: rule.action,
    alert: 'alert' in rule ? rule.alert : undefined,
    reason: rule.reason,
    approval: 'approval' in rule && rule.approval ? approvalBody(rule.approval) : undefined,
  });
}

function matchBody({ labels, risk_tags: tags, except, ...lists }: RuleMatch): Body {
  return present({
    ...lists,
    labels: labels && Object.fromEntries(labels),
    risk_tags: tags && tagsBody(tags),
    except,
  });
}

function tagsBody(tags: TagCondition): unknown {
  if (tags.untagged) return [];
  return tags.any && !tags.all && !tags.none ? tags.any : tags;
}

function whenBody(when: readonly string[] | undefined): unknown {
  return when?.length === 1 ? when[0] : when;
}
