import canonicalize from 'canonicalize';
import type { PolicyRule, RuleMatch, TagCondition } from '../policy-rule.js';
import type { PolicyProblem } from '../policy-source.js';
import { tokensMatch } from '../topic/topic-pattern.js';
import { Decision, ProblemCode } from '../vocabulary.js';
import type { Located } from './read-rule.js';

/** Most pairs of rules that are compared; larger sets are compared with their first denials only. */
const MAX_PAIRS = 1_000_000;

/** Rules that never decide, since a deny holds whenever they do, and pairs that say different things of the same jobs. */
export function lintCoverage(rules: readonly Located<PolicyRule>[]): PolicyProblem[] {
  const denies = rules
    .filter(({ value }) => value.decision === Decision.Deny && !value.when && !value.match.except)
    .slice(0, Math.floor(MAX_PAIRS / Math.max(rules.length, 1)));
  const problems: PolicyProblem[] = [];
  const unreachable = new Set<string>();
  for (const { value, at } of rules) {
    if (value.decision === Decision.Deny) continue;
    const deny = denies.find((candidate) => covers(candidate.value.match, value.match));
    if (!deny) continue;
    unreachable.add(value.id);
    const message = `rule ${value.id} (${value.decision}) never decides: rule ${deny.value.id} denies all it matches`;
    problems.push({ ...at, code: ProblemCode.UnreachableRule, message });
  }
  return [...problems, ...contradictions(rules.filter(({ value }) => !unreachable.has(value.id)))];
}

/** Rules of exactly the same jobs of which one allows, or denies, and the other says something else. */
function contradictions(rules: readonly Located<PolicyRule>[]): PolicyProblem[] {
  const first = new Map<string, Located<PolicyRule>>();
  const problems: PolicyProblem[] = [];
  for (const rule of rules) {
    const { match, when, scope } = rule.value;
    const key = canonicalize({ match, when: when ?? [], scope: scope ?? '' }) ?? '';
    const other = first.get(key);
    if (!other) first.set(key, rule);
    else if (contradict(other.value, rule.value)) {
      const [a, b] = [rule.value, other.value];
      const message = `rules ${a.id} (${a.decision}) and ${b.id} (${b.decision}) match the same jobs; the stricter one decides`;
      problems.push({ ...rule.at, code: ProblemCode.ContradictingRules, message });
    }
  }
  return problems;
}

/** Limits of several kinds add up; a plain allow beside anything stricter, and anything beside a deny, says nothing. */
function contradict(left: PolicyRule, right: PolicyRule): boolean {
  if (left.decision === right.decision) return false;
  return [left, right].some(
    ({ decision, obligations }) =>
      decision === Decision.Deny || (decision === Decision.Allow && obligations === undefined),
  );
}

/** Whether the wider match holds for every job for which the narrower one does. Answers no where it can't tell. */
export function covers(wide: RuleMatch, narrow: RuleMatch): boolean {
  return (
    topicsCovered(wide.topics, narrow.topics) &&
    listCovered(wide.tenants, narrow.tenants) &&
    listCovered(wide.agents, narrow.agents) &&
    listCovered(wide.actions, narrow.actions) &&
    listCovered(wide.resources, narrow.resources) &&
    listCovered(wide.capabilities, narrow.capabilities) &&
    // Fewer names inside leave more outside.
    (!wide.capabilities_outside ||
      (narrow.capabilities_outside?.length !== undefined &&
        wide.capabilities_outside.every((name) => narrow.capabilities_outside?.includes(name)))) &&
    (wide.labels ?? []).every(([name, value]) =>
      narrow.labels?.some(([other, wanted]) => other === name && wanted === value),
    ) &&
    tagsCovered(wide.risk_tags, narrow.risk_tags ?? {})
  );
}

/** Whether every name of the narrower list is in the wider one; a list left out is any name. */
export function listCovered(
  wide: readonly string[] | undefined,
  narrow: readonly string[] | undefined,
): boolean {
  return !wide || (narrow?.every((name) => wide.includes(name)) ?? false);
}

/** Whether every topic of the narrower patterns is one of the wider ones. */
export function topicsCovered(
  wide: readonly string[] | undefined,
  narrow: readonly string[] = ['>'],
): boolean {
  return !wide || narrow.every((pattern) => wide.some((other) => patternCovers(other, pattern)));
}

/** `*` and `>` of the narrower pattern are tokens that only a wildcard of the wider one stands for. */
function patternCovers(wide: string, narrow: string): boolean {
  const want = wide.split('.');
  const have = narrow.split('.');
  // Every topic begins with `job` and has at least two tokens.
  if (want[0] === 'job' && have[0] === '*') have[0] = 'job';
  if (narrow === '>') return wide === '>' || wide === 'job.>' || wide === '*.>';
  if (have.at(-1) === '>' && want.at(-1) !== '>') return false;
  return tokensMatch(want, have);
}

function tagsCovered(wide: TagCondition | undefined, narrow: TagCondition): boolean {
  if (!wide) return true;
  if (wide.untagged && !narrow.untagged) return false;
  const held = narrow.all ?? [];
  const { any } = wide;
  if (any && !any.some((tag) => held.includes(tag)) && !listCovered(any, narrow.any)) return false;
  if (wide.all && !wide.all.every((tag) => held.includes(tag))) return false;
  return !wide.none || (narrow.untagged ?? wide.none.every((tag) => narrow.none?.includes(tag)));
}
