import { wrongType } from './condition-fault.js';

/** Values as expressions see them. */
export type CelMap = Map<string, unknown>;

/** Most values in what one job shows to conditions: members, elements and single values. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 64;

/** Counts the values of one job. */
export class ValueBudget {
  private left = MAX_VALUES;

  spend(): void {
    this.left -= 1;
    if (this.left < 0) throw wrongType('the job has too many values for a condition');
  }
}

/**
 * A JSON value with maps for its objects, so that neither `__proto__` nor `constructor` is anything but a name.
 * Throws {@link ConditionFault} for what JSON has not: NaN, infinities, cycles, functions.
 */
export function toCel(value: unknown, budget: ValueBudget, depth = 0): unknown {
  budget.spend();
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw wrongType('a number is not finite');
      return value;
    case 'object':
      break;
    default:
      throw wrongType('a value is none that JSON has');
  }
  if (value === null) return null;
  if (depth >= MAX_DEPTH) throw wrongType('a value is nested too deeply');
  if (Array.isArray(value)) return value.map((item) => toCel(item, budget, depth + 1));
  const map: CelMap = new Map();
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) map.set(name, toCel(member, budget, depth + 1));
  }
  return map;
}
