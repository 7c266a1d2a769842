import { RRegex } from 'rregex';
import type { Action, RuleId, Severity } from '../rule/scale.js';

/** A rule that a tenant supplies, as it is stored. */
export interface TenantRuleSource {
  /** Lower-case letters, digits and hyphens; the rule's id becomes `tenant.<name>`. */
  readonly name: string;
  /** What the text must hold, in any case, for the pattern to be tried near it. At least three ASCII characters. */
  readonly keyword: string;
  /** A regular expression in the syntax of Rust's `regex`, which runs in linear time. */
  readonly pattern: string;
  readonly severity: Severity;
  readonly action: Action;
}

/** A tenant's rule, compiled and within its limits. */
export interface TenantRule {
  readonly id: RuleId;
  readonly severity: Severity;
  readonly action: Action;
  readonly keyword: string;
  /** Places of the pattern in a window of text, in UTF-16 units. */
  find(this: void, window: string): { readonly start: number; readonly end: number }[];
}

/** Why a tenant's rule was refused; `message` can be shown to its author. */
export class TenantRuleRefused extends Error {
  override readonly name = 'TenantRuleRefused';
}

/** Longest pattern, in characters. */
export const LONGEST_PATTERN = 512;
/** A pattern may match at most this many characters: it is tried in a window around its keyword only. */
export const TENANT_WINDOW = 512;
const shortestKeyword = 3;
const longestKeyword = 64;
/** Largest count in a repetition; larger ones make large programs. */
const largestCount = 256;
const mostRepetitions = 32;

/**
 * Compiles a tenant's rule, once, when it is saved. The engine is linear, so only its size is limited.
 *
 * @throws TenantRuleRefused when a limit is exceeded, the pattern is wrong, or it matches the empty text
 */
export function compileTenantRule(source: TenantRuleSource): TenantRule {
  const { name, keyword, pattern, severity, action } = source;
  check(/^[a-z][a-z0-9-]{1,47}$/.test(name), 'the name must be lower-case letters, digits and hyphens');
  check(/^[\x21-\x7e]+$/.test(keyword), 'the keyword must be ASCII without blanks');
  check(keyword.length >= shortestKeyword, `the keyword must have at least ${shortestKeyword} characters`);
  check(keyword.length <= longestKeyword, `the keyword must have at most ${longestKeyword} characters`);
  check(pattern.length <= LONGEST_PATTERN, `the pattern must have at most ${LONGEST_PATTERN} characters`);
  check(/^[\x20-\x7e]*$/.test(pattern), 'the pattern must be ASCII; use \\x{…} for other characters');
  checkSize(pattern);
  const regex = compile(asciiClasses(pattern));
  check(!regex.isMatch(''), 'the pattern matches the empty text');
  return {
    id: `tenant.${name}`,
    severity,
    action,
    keyword: keyword.toLowerCase(),
    find: (window) => regex.findAll(asciiOnly(window)).map(({ start, end }) => ({ start, end })),
  };
}

/** Offsets of the engine are UTF-8 bytes; with one byte for each unit they are UTF-16 units as well. */
function asciiOnly(window: string): string {
  return window.replace(/[^\x00-\x7f]/g, '\x7f');
}

const ascii: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
  s: '[\\t\\n\\x0b\\x0c\\r ]',
  S: '[^\\t\\n\\x0b\\x0c\\r ]',
  b: '(?-u:\\b)',
};

/** Classes of all of Unicode make programs that do not fit; the ASCII ones say what is meant. */
function asciiClasses(pattern: string): string {
  return pattern.replace(/\\(.)/g, (escape, letter: string) => ascii[letter] ?? escape);
}

function checkSize(pattern: string): void {
  const counts = [...pattern.matchAll(/\{(\d{0,9})(?:,(\d{0,9}))?\}/g)].map(([, least, largest]) =>
    Number(largest || least),
  );
  check(
    counts.every((count) => count <= largestCount),
    `a repetition may count to ${largestCount} at most`,
  );
  check(counts.length <= mostRepetitions, `at most ${mostRepetitions} counted repetitions are allowed`);
  let product = 1;
  for (const count of counts) product *= Math.max(1, count);
  check(product <= 1_000_000_000_000, 'the repetitions multiply to too many states');
}

function compile(pattern: string): RRegex {
  try {
    return new RRegex(pattern);
  } catch (error) {
    throw new TenantRuleRefused(`the pattern is not valid: ${firstLine(error)}`, { cause: error });
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').at(-1)?.slice(0, 200) ?? 'unknown error';
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new TenantRuleRefused(message);
}
