import type { Comparison, Condition } from './condition.js';
import { tokenise, type Token } from './tokens.js';

/** Longest condition, in characters, and deepest nesting: far beyond what people write into one line. */
export const MAX_CONDITION_LENGTH = 512;
const MAX_DEPTH = 8;
const ORDERS: ReadonlySet<string> = new Set(['>', '>=', '<', '<=']);

/** A condition, or why it can't be carried over. */
export type ParsedCondition =
  { readonly ok: true; readonly condition: Condition } | { readonly ok: false; readonly message: string };

/**
 * Parses `refund_amount > 500`, `tier == "gold" and not verified`, `(a > 1 or b) && c == false`: names, comparisons with
 * a number, a text or true and false, flags, and/or/not, parentheses. Everything else is refused where it stands, since
 * a condition that is read by halves would decide the wrong thing (P01, P02).
 */
export function parseCondition(text: string): ParsedCondition {
  if (text.length > MAX_CONDITION_LENGTH) {
    return { ok: false, message: `the condition is longer than ${MAX_CONDITION_LENGTH} characters` };
  }
  const parser = new ConditionParser(text, tokenise(text));
  try {
    return { ok: true, condition: parser.whole() };
  } catch (error) {
    if (error instanceof ConditionFault) return { ok: false, message: error.message };
    throw error;
  }
}

class ConditionFault extends Error {}

class ConditionParser {
  private next = 0;

  constructor(
    private readonly source: string,
    private readonly tokens: readonly Token[],
  ) {}

  whole(): Condition {
    const condition = this.either(0);
    const rest = this.tokens[this.next];
    if (rest) this.fail(rest, 'and, or, or the end');
    return condition;
  }

  private either(depth: number): Condition {
    return this.series('or', ['or', 'OR', '||'], () => this.both(depth));
  }

  private both(depth: number): Condition {
    return this.series('and', ['and', 'AND', '&&'], () => this.single(depth));
  }

  private series(kind: 'and' | 'or', words: readonly string[], read: () => Condition): Condition {
    const operands = [read()];
    while (this.tokens[this.next]?.kind === 'word' && words.includes(this.tokens[this.next]?.text ?? '')) {
      this.next += 1;
      operands.push(read());
    }
    return operands.length === 1 && operands[0] ? operands[0] : { kind, operands };
  }

  private single(depth: number): Condition {
    const token = this.tokens[this.next];
    if (depth > MAX_DEPTH) this.fail(token, `at most ${MAX_DEPTH} levels of parentheses and not`);
    this.next += 1;
    if (token?.kind === 'open') {
      const inner = this.either(depth + 1);
      const close = this.tokens[this.next];
      if (close?.kind !== 'close') this.fail(close, 'a closing parenthesis');
      this.next += 1;
      return inner;
    }
    if (token?.kind === 'word' && ['not', 'NOT', '!'].includes(token.text)) {
      return { kind: 'not', operand: this.single(depth + 1) };
    }
    if (token?.kind !== 'name' || isLiteral(token)) this.fail(token, 'a name');
    return this.comparison(token.text);
  }

  private comparison(name: string): Condition {
    const operator = this.tokens[this.next];
    if (operator?.kind !== 'operator') return { kind: 'compare', name, operator: '==', value: true };
    const literal = this.tokens[this.next + 1];
    this.next += 2;
    const value = literal && literalValue(literal);
    if (value === undefined) this.fail(literal, 'a number, a quoted text, true or false');
    if (ORDERS.has(operator.text) && typeof value !== 'number') {
      this.fail(literal, `a number after ${operator.text}`);
    }
    return { kind: 'compare', name, operator: operator.text as Comparison, value };
  }

  private fail(token: Token | undefined, expected: string): never {
    const found = token
      ? `${JSON.stringify(token.text.slice(0, 40))} at character ${token.at + 1}`
      : 'its end';
    throw new ConditionFault(
      `the condition ${JSON.stringify(this.source)} can't be carried over: ${expected} expected, found ${found}`,
    );
  }
}

const isLiteral = ({ text }: Token) => /^(?:true|false)$/i.test(text);

function literalValue({ kind, text }: Token): number | string | boolean | undefined {
  if (kind === 'text') return text.slice(1, -1);
  if (kind === 'name' && isLiteral({ kind, text, at: 0 })) return text.toLowerCase() === 'true';
  if (kind !== 'number') return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
}
