import { define, type RuleDefinition, type RuleTraits } from './definition.js';
import type { RuleId } from './scale.js';
import { compileFormat, type TokenFormat } from './token-format.js';

/** A rule for tokens that carry a fixed text of their vendor. */
export interface TokenRule extends RuleDefinition {
  readonly formats: readonly TokenFormat[];
  /**
   * The token must end where its format ends. For prefixes short enough to begin other words; for all others, what is
   * glued to the token is taken with it.
   */
  readonly exact: boolean;
  /** The body must mix letters of both cases or digits as a random text does, for bodies that could be words. */
  readonly random: boolean;
}

/** Traits of a token rule beyond those of every rule. */
export interface TokenTraits extends RuleTraits {
  readonly exact?: boolean;
  readonly random?: boolean;
}

/** A rule over one or several formats, each of them an example as well. */
export function token(name: string, formats: readonly string[], traits: TokenTraits = {}): TokenRule {
  const { exact = false, random = false, ...rest } = traits;
  const id: RuleId = `secret.${name}`;
  const examples = formats.map((format) => `«${format}»`);
  return {
    ...define(id, { examples, counterExamples: formats.map(masked), ...rest }),
    formats: formats.map(compileFormat),
    exact,
    random,
  };
}

/** The same format filled with one character, as manuals print it. */
function masked(format: string): string {
  return format
    .replace(/\{uuid\}/g, '00000000-0000-0000-0000-000000000000')
    .replace(/\{(\w+):(\d+)(?:-\d+)?\}/g, (_part, name: string, least: string) =>
      fillerOf(name).repeat(Number(least)),
    );
}

function fillerOf(name: string): string {
  if (name === 'padding') return '=';
  if (['digit', 'hex', 'HEX', 'anyhex'].includes(name)) return '0';
  return ['upper', 'base32', 'upnum'].includes(name) ? 'X' : 'x';
}
