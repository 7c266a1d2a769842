import type { ClassifyRule, PolicyRule } from '../policy-rule.js';
import type { PolicyProblem } from '../policy-source.js';
import { Decision, ProblemCode } from '../vocabulary.js';
import { lintCoverage } from './lint-coverage.js';
import type { Located } from './read-rule.js';

const LETS_RUN: readonly Decision[] = [Decision.Allow, Decision.AllowWithConstraints, Decision.Throttle];

/** What is legal but worth a second look: rules that let more run than their author may think. */
export function lintRules(
  rules: readonly Located<PolicyRule>[],
  classify: readonly Located<ClassifyRule>[],
): PolicyProblem[] {
  const derived = new Set(classify.flatMap(({ value }) => value.add_tags));
  const lets = rules.filter(({ value }) => LETS_RUN.includes(value.decision) && value.scope === undefined);
  return [
    ...lets.flatMap((rule) => [...lintEmptyMatch(rule), ...lintAbsentTags(rule, derived)]),
    ...rules.flatMap((rule) => lintClaimedTags(rule, derived)),
    ...lintCoverage(rules),
  ];
}

function lintEmptyMatch({ value: { id, decision, match }, at }: Located<PolicyRule>): PolicyProblem[] {
  if (Object.keys(match).length > 0) return [];
  return [
    {
      ...at,
      code: ProblemCode.AllowWithoutCondition,
      message: `rule ${id} has no condition, so ${decision} is for every request`,
    },
  ];
}

/** Clients assert tags freely, so whoever wants to get around such a rule claims the tag that it does not hold for. */
function lintClaimedTags(
  { value: { id, decision, match }, at, tagsAt }: Located<PolicyRule>,
  derived: ReadonlySet<string>,
): PolicyProblem[] {
  if (LETS_RUN.includes(decision)) return [];
  const spared = match.risk_tags?.untagged ? ['any tag'] : (match.risk_tags?.none ?? []);
  const claims = spared.filter((tag) => !derived.has(tag));
  if (claims.length === 0) return [];
  return [
    {
      ...(tagsAt ?? at),
      code: ProblemCode.RestsOnAbsentClientTag,
      message: `rule ${id}: ${decision} does not hold for who claims ${claims.join(', ')}, and a client may claim it`,
    },
  ];
}

/** Clients assert tags freely, so whoever wants such a rule to match just leaves the tag out. */
function lintAbsentTags(
  { value: { id, decision, match }, at, tagsAt }: Located<PolicyRule>,
  derived: ReadonlySet<string>,
): PolicyProblem[] {
  const claims = (match.risk_tags?.none ?? []).filter((tag) => !derived.has(tag));
  if (!match.risk_tags?.untagged && claims.length === 0) return [];
  const absent = match.risk_tags?.untagged ? 'any tag' : claims.join(', ');
  return [
    {
      ...(tagsAt ?? at),
      code: ProblemCode.RestsOnAbsentClientTag,
      message: `rule ${id}: ${decision} rests on the absence of ${absent}, which a client may just leave out`,
    },
  ];
}
