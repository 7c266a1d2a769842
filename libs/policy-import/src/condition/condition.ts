/** How a value is compared. */
export type Comparison = '>' | '>=' | '<' | '<=' | '==' | '!=';

/** A condition of the source. */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly name: string;
      readonly operator: Comparison;
      readonly value: number | string | boolean;
    }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] };

/** What a name must hold to be compared as the condition does. */
export type ValueType = 'number' | 'string' | 'boolean';

/** A comparison of one name, as it stands in a condition. */
export type Compare = Extract<Condition, { kind: 'compare' }>;

/** The comparisons of a condition, in order. */
export function comparisons(condition: Condition): readonly Compare[] {
  switch (condition.kind) {
    case 'compare':
      return [condition];
    case 'not':
      return comparisons(condition.operand);
    case 'and':
    case 'or':
      return condition.operands.flatMap(comparisons);
  }
}
