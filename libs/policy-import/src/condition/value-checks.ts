import type { NativeEntry } from '../write/native-policy.js';
import { celHas } from '../write/cel.js';
import { comparisons, type Compare, type Condition, type ValueType } from './condition.js';
import { wrongTypeInCel } from './condition-to-cel.js';
import type { ResolvedName } from './resolve-name.js';

/** How all conditions together use one name. */
export interface NameUse {
  readonly resolved: ResolvedName;
  readonly type: ValueType;
  /** Some condition asks whether it is above a limit that is not negative. */
  readonly limited: boolean;
}

/** The uses of all names; undefined for the first name that is compared with values of two types. */
export function nameUses(
  conditions: readonly Condition[],
  resolved: ReadonlyMap<string, ResolvedName>,
): { readonly uses: readonly NameUse[]; readonly mixed?: string } {
  const uses: NameUse[] = [];
  for (const [name, where] of resolved) {
    const compared = conditions.flatMap(comparisons).filter((compare) => compare.name === name);
    const types = new Set(compared.map(({ value }) => typeof value as ValueType));
    const [type] = types;
    if (types.size > 1) return { uses, mixed: name };
    if (type) uses.push({ resolved: where, type, limited: compared.some(isLimit) });
  }
  return { uses };
}

const isLimit = ({ operator, value }: Compare) =>
  (operator === '>' || operator === '>=') && typeof value === 'number' && value >= 0;

/**
 * The rules that close what a comparison alone leaves open: the member left out, a value of another type (`"$900"`),
 * and a negative number that passes under a limit (P03, P05).
 */
export function valueChecks(
  { resolved, type, limited }: NameUse,
  { prefix, match }: { readonly prefix: string; readonly match: Readonly<Record<string, unknown>> },
): readonly NativeEntry[] {
  const { name, path, carriedBy, signed } = resolved;
  const id = `${prefix}-${name}`;
  const wrong = wrongTypeInCel(path, type);
  const negative = limited && !signed;
  return [
    {
      comment: `A condition asks for ${name}: leaving it out is no way around the condition.`,
      value: {
        id: `${id}-missing`,
        match: carriedBy ? { ...match, actions: [...carriedBy] } : match,
        when: `!(${celHas(path)})`,
        decision: 'deny',
        reason: `${name} is missing`,
      },
    },
    {
      comment: negative
        ? `Not a ${type}, or below 0, where it would pass under the limit.`
        : `Compared with a ${type}: any other type would make the comparison meaningless.`,
      value: {
        id: `${id}-wrong`,
        match,
        when: negative ? `(${wrong}) || (${celHas(path)} && ${path.cel} < 0)` : wrong,
        decision: 'deny',
        reason: `${name} is not a ${type}${negative ? ' of 0 or more' : ''}`,
      },
    },
  ];
}
