import { define, type RuleDefinition, type RuleTraits } from './definition.js';
import type { RuleId } from './scale.js';

/** A region whose national ids are looked for: the two letters of ISO 3166-1, or `*` for ids of no one country. */
export type Region = string;

/**
 * A rule for values that are plain numbers or short codes, so a word nearby must say what they are and a check digit
 * must agree where there is one.
 */
export interface ContextRule extends RuleDefinition {
  readonly region: Region;
  /**
   * Words that announce the value, in lower case. A blank stands for a blank, an underscore, a hyphen, a dot or
   * nothing. A `*` at the end lets letters follow.
   */
  readonly words: readonly string[];
  /** Global: the value. Every quantifier is bounded. */
  readonly form: RegExp;
  readonly valid: (written: string) => boolean;
  /** How far from the word the value may begin, in characters. */
  readonly within: number;
}

/** What a context rule says beyond its words and its form. */
export interface ContextTraits extends RuleTraits {
  readonly valid?: (written: string) => boolean;
  readonly within?: number;
}

const usualReach = 100;

/** A rule about a number or code of people of a region. */
export function personal(
  name: string,
  region: Region,
  words: readonly string[],
  form: RegExp,
  traits: ContextTraits = {},
): ContextRule {
  const { valid = () => true, within = usualReach, ...rest } = traits;
  const id: RuleId = `pii.${name}`;
  return {
    ...define(id, rest),
    region,
    words,
    form: new RegExp(form.source, `g${form.flags}`),
    valid,
    within,
  };
}
