import type { OutputFinding } from '@countersign/contracts';
import { definitionOf, type LocatedFinding, type RuleId } from '@countersign/detectors';

/** Names a kind of finding: what the policy is asked about. */
export const kindKey = ({ rule, severity }: Pick<OutputFinding, 'rule' | 'severity'>): string =>
  `${rule} ${severity}`;

/**
 * Each kind of finding once. A rule that found the same place as another one is a kind of its own, so that the policy
 * says something about every rule that could be let out.
 */
export function kindsOf(found: readonly LocatedFinding[]): OutputFinding[] {
  const kinds = new Map<string, OutputFinding>();
  const add = (kind: OutputFinding): void => {
    const key = kindKey(kind);
    if (!kinds.has(key)) kinds.set(key, kind);
  };
  for (const { rule, kind, severity, action, also = [] } of found) {
    add({ rule, kind, severity, action });
    for (const other of also) addOther(other, add);
  }
  return [...kinds.values()];
}

function addOther(rule: RuleId, add: (kind: OutputFinding) => void): void {
  const definition = definitionOf(rule);
  if (definition === undefined) return;
  const { severity, action } = definition;
  add({ rule, kind: rule.slice(0, rule.indexOf('.')), severity, action });
}
