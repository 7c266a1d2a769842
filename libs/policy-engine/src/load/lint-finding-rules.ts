import {
  INPUT_ACTIONS,
  type FindingMatch,
  type InputRule,
  type OutputRule,
} from '../findings/finding-rule.js';
import { OUTPUT_ACTIONS, OutputAction } from '@countersign/contracts';
import { holdsCriticalSecrets } from '../findings/known-findings.js';
import type { PolicyProblem } from '../policy-source.js';
import { globMatches } from '../resource/resource-glob.js';
import { ProblemCode } from '../vocabulary.js';
import { listCovered, topicsCovered } from './lint-coverage.js';
import type { Located } from './read-rule.js';

/** What is legal of rules about findings but worth a second look. */
export function lintFindingRules(
  input: readonly Located<InputRule>[],
  output: readonly Located<OutputRule>[],
): PolicyProblem[] {
  return [
    ...coverage(input, INPUT_ACTIONS),
    ...coverage(output, OUTPUT_ACTIONS),
    ...output.flatMap(lintRelease),
  ];
}

/** A secret of the worst kind in an output is of use to whoever reads it. */
function lintRelease({ value: { id, action, match }, at }: Located<OutputRule>): PolicyProblem[] {
  const critical = match.severities?.includes('critical') ?? true;
  if (action !== OutputAction.Release || !critical || !holdsCriticalSecrets(match.kinds)) return [];
  const message = `rule ${id} leaves critical secrets in outputs; name other kinds, or severities up to high`;
  return [{ ...at, code: ProblemCode.ReleasesSecrets, message }];
}

type Rule<A> = Located<{ readonly id: string; readonly action: A; readonly match: FindingMatch }>;

/** Rules that never decide, since a stricter one holds whenever they do, and pairs that contradict each other. */
function coverage<A extends string>(rules: readonly Rule<A>[], mildestFirst: readonly A[]): PolicyProblem[] {
  const rank = ({ value }: Rule<A>) => mildestFirst.indexOf(value.action);
  return rules.flatMap((rule) => {
    const over = rules.find(
      (other) => rank(other) > rank(rule) && covers(other.value.match, rule.value.match),
    );
    if (!over) return [];
    const same = covers(rule.value.match, over.value.match);
    const [mine, theirs] = [
      `${rule.value.id} (${rule.value.action})`,
      `${over.value.id} (${over.value.action})`,
    ];
    return [
      same
        ? {
            ...rule.at,
            code: ProblemCode.ContradictingRules,
            message: `rules ${mine} and ${theirs} match the same findings; the stricter one decides`,
          }
        : {
            ...rule.at,
            code: ProblemCode.UnreachableRule,
            message: `rule ${mine} never decides: rule ${theirs} holds for all it matches`,
          },
    ];
  });
}

/** Whether the wider match holds for every finding for which the narrower one does. Answers no where it can't tell. */
function covers(wide: FindingMatch, narrow: FindingMatch): boolean {
  return (
    topicsCovered(wide.topics, narrow.topics) &&
    listCovered(wide.tenants, narrow.tenants) &&
    listCovered(wide.agents, narrow.agents) &&
    listCovered(wide.destinations, narrow.destinations) &&
    listCovered(wide.severities, narrow.severities) &&
    (!wide.kinds ||
      (narrow.kinds?.every((kind) => wide.kinds?.some((one) => kindCovers(one, kind))) ?? false))
  );
}

/** A star of the narrower name is a character that only a star of the wider one stands for. */
function kindCovers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (wide.includes('*')) return globMatches(wide.split('*'), narrow);
  return !wide.includes('.') && narrow.startsWith(`${wide}.`);
}
