import { celHas, celText, type JobPath } from '../write/cel.js';
import type { Compare, Condition, ValueType } from './condition.js';

/**
 * A condition as CEL. A comparison of a member that the job does not have does not hold, as in the source; that leaving
 * a member out is no way around it, and that it has the right type, are rules of their own.
 */
export function conditionToCel(condition: Condition, pathOf: (name: string) => JobPath): string {
  return print(condition, pathOf, false);
}

function print(condition: Condition, pathOf: (name: string) => JobPath, inner: boolean): string {
  switch (condition.kind) {
    case 'compare':
      return wrap(inner, compareToCel(condition, pathOf(condition.name)));
    case 'not':
      return `!${print(condition.operand, pathOf, true)}`;
    case 'and':
    case 'or': {
      const sign = condition.kind === 'and' ? ' && ' : ' || ';
      return wrap(inner, condition.operands.map((operand) => print(operand, pathOf, true)).join(sign));
    }
  }
}

const wrap = (inner: boolean, text: string) => (inner ? `(${text})` : text);

function compareToCel({ operator, value }: Compare, path: JobPath): string {
  const literal = typeof value === 'string' ? celText(value) : String(value);
  return `${celHas(path)} && ${path.cel} ${operator} ${literal}`;
}

/** Holds if the member is there and is not of the type that the source compares it with. */
export function wrongTypeInCel(path: JobPath, type: ValueType): string {
  const is = {
    number: `(type(${path.cel}) == int || type(${path.cel}) == double)`,
    string: `type(${path.cel}) == string`,
    boolean: `type(${path.cel}) == bool`,
  }[type];
  return `${celHas(path)} && !${type === 'number' ? is : `(${is})`}`;
}
