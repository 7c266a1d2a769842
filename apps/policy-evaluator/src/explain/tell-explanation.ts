import type { PolicyExplainRequest } from '@countersign/contracts';
import type { explain, PolicyRule, PolicySnapshot } from '@countersign/policy-engine';
import { toAnswer } from '../evaluate/answer.js';
import { concerns, tellDetail, withoutScopeName } from '../snapshots/concerns.js';

type Explanation = ReturnType<typeof explain>;

/** Rules in an answer when the question does not say how many. */
export const DEFAULT_RULES = 500;
/** Text of rules in one answer at most, in characters; the first rule always fits. Half of what the broker takes. */
const MAX_RULE_TEXT = 1024 * 1024;

/** A page of an explanation, in the words of the API. `after` counts the rules of the policy that are passed over. */
export function tellExplanation(
  snapshot: PolicySnapshot,
  { decision, rules, classify, inputs, scopes }: Explanation,
  { verified, whole, after = 0, limit = DEFAULT_RULES }: PolicyExplainRequest,
): object {
  const only = whole ? undefined : verified.tenant_id;
  const told = [];
  let size = 0;
  let next: number | null = null;
  for (let at = after; at < rules.length; at += 1) {
    const [rule, explained] = [snapshot.rules[at], rules[at]];
    if (!rule || !explained || !concerns(rule, only)) continue;
    const item = tellRule(rule, explained, only);
    size += JSON.stringify(item).length;
    if (told.length > 0 && (told.length >= limit || size > MAX_RULE_TEXT)) {
      next = at;
      break;
    }
    told.push(item);
  }
  return {
    decision: toAnswer(decision),
    rules: told,
    next,
    classify: classify.map(({ ruleId, ...rest }) => ({ rule_id: ruleId, ...rest })),
    inputs: inputs.flatMap((explained, at) => {
      const rule = snapshot.input?.rules[at];
      return rule && concerns(rule, only) ? [tellRule(rule, explained, only)] : [];
    }),
    scopes: scopes
      .filter((_, at) => concerns(snapshot.scopes[at] ?? {}, only))
      .map((scope) => withoutScopeName(scope, 'id', only)),
  };
}

function tellRule(
  rule: Pick<PolicyRule, 'match'>,
  { ruleId, ...explained }: Explanation['rules'][number] | Explanation['inputs'][number],
  only: string | undefined,
): object {
  const head = { rule_id: ruleId, ...withoutScopeName(explained, 'scope', only) };
  if ('failed' in explained) {
    const { condition, detail } = explained.failed;
    return { ...head, failed: { condition, detail: tellDetail(rule, condition, detail, only) } };
  }
  return head;
}
