import { define, type RuleDefinition, type RuleTraits } from './definition.js';
import type { RuleId } from './scale.js';

/** How the value of a pattern is judged once its shape fits. */
export const Judge = {
  /** The shape says enough. */
  Shape: 'shape',
  /** It must look issued: no placeholder, no repetition. */
  Issued: 'issued',
  /** It must be a password rather than a reference to one or a placeholder. */
  Password: 'password',
  /** It must look like an issued token. */
  Token: 'token',
} as const;

/** See {@link Judge}. */
export type Judge = (typeof Judge)[keyof typeof Judge];

/** A rule for a value in a fixed surrounding. All patterns are bounded; `lead` and `value` are sticky. */
export interface PatternRule extends RuleDefinition {
  /** In lower case; letters match in either case. */
  readonly keywords: readonly string[];
  /** Must match what stands before the keyword, up to it, within {@link reach} characters. */
  readonly before: RegExp | undefined;
  /** Characters before the keyword that `before` may see. */
  readonly reach: number;
  /** What must follow the keyword before the value. */
  readonly lead: RegExp | undefined;
  readonly value: RegExp;
  /** The finding begins at the keyword (or where `before` matched) instead of at the value. */
  readonly whole: boolean;
  readonly judge: Judge;
}

/** What a pattern says beyond its keyword and its value. */
export interface PatternTraits extends RuleTraits {
  readonly before?: RegExp;
  readonly reach?: number;
  readonly lead?: RegExp;
  readonly whole?: boolean;
  readonly judge?: Judge;
}

const usualReach = 64;

/** A rule with everything that was left out filled in. */
export function pattern(
  id: RuleId,
  keywords: readonly string[],
  value: RegExp,
  traits: PatternTraits = {},
): PatternRule {
  const { before, reach = usualReach, lead, whole = false, judge = Judge.Issued, ...rest } = traits;
  return { ...define(id, rest), keywords, before, reach, lead, value, whole, judge };
}
