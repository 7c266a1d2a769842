/** One token of a statement. Quoted identifiers are `name`s that keep their case. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'parameter' | 'symbol' | 'end';
  readonly text: string;
}

const PATTERN =
  /\s+|--[^\n]*|(?<parameter>\$\d+)|(?<number>\d+(?:\.\d+)?)|(?<quoted>"[^"]+")|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<string>'(?:[^']|'')*')|(?<symbol>::|\|\||=>|<=|>=|<>|[-+*/(),.=<>|&])/y;

/** Splits a statement of the dialect that the services use. Throws on a character outside it. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const at = PATTERN.lastIndex;
    const groups = PATTERN.exec(text)?.groups;
    if (groups === undefined) throw new SyntaxError(`unexpected text at: ${text.slice(at, at + 40)}`);
    const { parameter, number, quoted, name, string, symbol } = groups;
    if (parameter !== undefined) tokens.push({ kind: 'parameter', text: parameter.slice(1) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted.slice(1, -1) });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (string !== undefined)
      tokens.push({ kind: 'string', text: string.slice(1, -1).replaceAll("''", "'") });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** Reads tokens one after the other. Keywords are compared without case. */
export class TokenReader {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(private readonly text: string) {
    this.tokens = tokensOf(text);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  /** Whether these words or symbols come next. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const { kind, text } = this.peek(i);
      return (kind === 'name' || kind === 'symbol') && text.toUpperCase() === word;
    });
  }

  /** Takes these words or symbols when they come next. */
  takes(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.at += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    if (!this.takes(...words)) throw this.problem(`expected ${words.join(' ')}`);
  }

  name(): string {
    const token = this.next();
    if (token.kind !== 'name') throw this.problem('expected a name');
    return token.text;
  }

  /** Items separated by commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takes(',')) items.push(item());
    return items;
  }

  problem(what: string): SyntaxError {
    const near = this.tokens
      .slice(Math.max(0, this.at - 4), this.at + 6)
      .map((token) => token.text)
      .join(' ');
    return new SyntaxError(`${what} near "${near}" in: ${this.text.replace(/\s+/g, ' ').trim()}`);
  }
}
