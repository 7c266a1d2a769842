import type { PolicyRule } from '../policy-rule.js';
import { resourceGlob } from '../resource/resource-glob.js';
import { Decision } from '../vocabulary.js';

/** Kinds of facts that a job has or lacks. */
export const FactKind = {
  Tenant: 0,
  Agent: 1,
  Action: 2,
  Tag: 3,
  Capability: 4,
  /** A label with its value. */
  Label: 5,
  /** A label that the job does not name. */
  NoLabel: 6,
  /** The leading segments of the resource. */
  Resource: 7,
  /** The job has no tag at all (the name is empty). */
  Untagged: 8,
  /** The job names no resource (the name is empty). */
  NoResource: 9,
} as const;
export type FactKind = (typeof FactKind)[keyof typeof FactKind];
export const FACT_KINDS = 10;

export interface Fact {
  readonly kind: FactKind;
  readonly name: string;
}

const fact = (kind: FactKind) => (name: string) => ({ kind, name });

/** A label and its value as one name. A label's name has no blank, so no two pairs look alike. */
export const labelName = (name: string, value: string) => `${name} ${value}`;

/**
 * For each condition of a rule, the facts of which a job that concerns it has at least one. A rule that restricts also
 * concerns jobs that lack the label or the resource it asks for.
 */
export function requiredFacts({ match, decision }: PolicyRule): Fact[][] {
  const restricts = decision !== Decision.Allow;
  const choices: Fact[][] = [];
  if (match.tenants) choices.push(match.tenants.map(fact(FactKind.Tenant)));
  if (match.agents) choices.push(match.agents.map(fact(FactKind.Agent)));
  if (match.actions && !match.actions.some((name) => name.includes('*')))
    choices.push(match.actions.map(fact(FactKind.Action)));
  if (match.capabilities) choices.push(match.capabilities.map(fact(FactKind.Capability)));
  for (const [name, value] of match.labels ?? []) {
    const present = { kind: FactKind.Label, name: labelName(name, value) };
    choices.push(restricts ? [present, { kind: FactKind.NoLabel, name }] : [present]);
  }
  const prefixes = match.resources?.map((pattern) => resourceGlob(pattern).prefix) ?? [];
  if (prefixes.length > 0 && prefixes.every((prefix) => prefix !== '')) {
    const present = prefixes.map(fact(FactKind.Resource));
    choices.push(restricts ? [...present, { kind: FactKind.NoResource, name: '' }] : present);
  }
  if (match.risk_tags?.untagged) choices.push([{ kind: FactKind.Untagged, name: '' }]);
  if (match.risk_tags?.any) choices.push(match.risk_tags.any.map(fact(FactKind.Tag)));
  for (const name of match.risk_tags?.all ?? []) choices.push([{ kind: FactKind.Tag, name }]);
  return choices;
}
