import { parseSelect } from './parse-query.js';
import type { Expression } from './syntax.js';
import type { TokenReader } from './tokens.js';

const UNITS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** The binary operators from the weakest to the strongest, as PostgreSQL binds them. */
const LEVELS: readonly (readonly string[])[] = [
  ['=', '<>', '<', '>', '<=', '>='],
  ['||', '|', '&'],
  ['+', '-'],
  ['*', '/'],
];

const TWO_WORDS: ReadonlySet<string> = new Set(['double precision']);

/** A type: one word, or `double precision`; lengths and arrays are not in the dialect. */
export function parseType(tokens: TokenReader): string {
  const first = tokens.name().toLowerCase();
  const second = `${first} ${tokens.peek().text.toLowerCase()}`;
  if (!TWO_WORDS.has(second)) return first;
  tokens.next();
  return second;
}

/** Reads an expression with all its operators. */
export function parseExpression(tokens: TokenReader): Expression {
  let left = parseAnd(tokens);
  while (tokens.takes('OR')) left = { is: 'binary', operator: 'OR', left, right: parseAnd(tokens) };
  return left;
}

function parseAnd(tokens: TokenReader): Expression {
  let left = parseNot(tokens);
  while (tokens.takes('AND')) left = { is: 'binary', operator: 'AND', left, right: parseNot(tokens) };
  return left;
}

function parseNot(tokens: TokenReader): Expression {
  if (tokens.takes('NOT')) return { is: 'unary', operator: 'NOT', of: parseNot(tokens) };
  return parseTest(tokens);
}

function parseTest(tokens: TokenReader): Expression {
  const of = parseLevel(tokens, 0);
  if (tokens.takes('IS', 'NOT', 'NULL')) return { is: 'unary', operator: 'IS NOT NULL', of };
  if (tokens.takes('IS', 'NULL')) return { is: 'unary', operator: 'IS NULL', of };
  if (tokens.sees('BETWEEN') || tokens.sees('NOT', 'BETWEEN')) return parseBetween(tokens, of);
  const negated = tokens.takes('NOT', 'IN');
  if (!negated && !tokens.takes('IN')) return of;
  tokens.expect('(');
  const values = tokens.sees('SELECT') ? parseSelect(tokens) : tokens.list(() => parseExpression(tokens));
  tokens.expect(')');
  const test: Expression = { is: 'in', of, values };
  return negated ? { is: 'unary', operator: 'NOT', of: test } : test;
}

/** Both ends belong to it. */
function parseBetween(tokens: TokenReader, of: Expression): Expression {
  const negated = tokens.takes('NOT');
  tokens.expect('BETWEEN');
  const from = parseLevel(tokens, 0);
  tokens.expect('AND');
  const to = parseLevel(tokens, 0);
  const test: Expression = {
    is: 'binary',
    operator: 'AND',
    left: { is: 'binary', operator: '>=', left: of, right: from },
    right: { is: 'binary', operator: '<=', left: of, right: to },
  };
  return negated ? { is: 'unary', operator: 'NOT', of: test } : test;
}

function parseLevel(tokens: TokenReader, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return parseUnary(tokens);
  let left = parseLevel(tokens, level + 1);
  for (;;) {
    const operator = operators.find((one) => tokens.sees(one));
    if (operator === undefined) return left;
    tokens.next();
    if (operator === '=' && tokens.takes('ANY', '(')) {
      const list = parseExpression(tokens);
      tokens.expect(')');
      left = { is: 'any', of: left, list };
    } else left = { is: 'binary', operator, left, right: parseLevel(tokens, level + 1) };
  }
}

function parseUnary(tokens: TokenReader): Expression {
  if (tokens.takes('-')) return { is: 'unary', operator: '-', of: parseUnary(tokens) };
  let of = parseAtom(tokens);
  for (;;) {
    if (tokens.takes('::')) of = { is: 'cast', of, type: parseType(tokens) };
    // Times are instants here, so a zone changes only how they would be shown.
    else if (tokens.takes('AT', 'TIME', 'ZONE')) tokens.next();
    else return of;
  }
}

function parseAtom(tokens: TokenReader): Expression {
  if (tokens.takes('(')) {
    const items = tokens.list(() => parseExpression(tokens));
    tokens.expect(')');
    return items.length === 1 ? items[0]! : { is: 'row', items };
  }
  if (tokens.takes('EXISTS', '(')) {
    const query = parseSelect(tokens);
    tokens.expect(')');
    return { is: 'exists', query };
  }
  if (tokens.sees('CASE')) return parseCase(tokens);
  const token = tokens.next();
  if (token.kind === 'number') return { is: 'value', value: Number(token.text) };
  if (token.kind === 'string') return { is: 'value', value: token.text };
  if (token.kind === 'parameter') return { is: 'parameter', index: Number(token.text) - 1 };
  if (token.kind !== 'name') throw tokens.problem('expected an expression');
  const word = token.text.toUpperCase();
  if (word === 'NULL') return { is: 'value', value: null };
  if (word === 'TRUE' || word === 'FALSE') return { is: 'value', value: word === 'TRUE' };
  if (word === 'INTERVAL' && tokens.peek().kind === 'string') return parseInterval(tokens);
  if (tokens.takes('(')) return parseCall(tokens, token.text.toLowerCase());
  if (tokens.takes('.')) return { is: 'column', table: token.text, name: tokens.name() };
  return { is: 'column', table: undefined, name: token.text };
}

function parseCase(tokens: TokenReader): Expression {
  tokens.expect('CASE');
  const branches: { when: Expression; then: Expression }[] = [];
  while (tokens.takes('WHEN')) {
    const when = parseExpression(tokens);
    tokens.expect('THEN');
    branches.push({ when, then: parseExpression(tokens) });
  }
  const otherwise = tokens.takes('ELSE') ? parseExpression(tokens) : undefined;
  tokens.expect('END');
  return { is: 'case', branches, otherwise };
}

function parseInterval(tokens: TokenReader): Expression {
  const [count = '', unit = ''] = tokens.next().text.split(' ');
  const ms = UNITS[unit.replace(/s$/, '')];
  if (ms === undefined) throw tokens.problem('an interval outside the dialect');
  return { is: 'interval', ms: Number(count) * ms };
}

function parseCall(tokens: TokenReader, name: string): Expression {
  if (tokens.takes(')')) return { is: 'call', name, args: [] };
  const args = tokens.list(() => {
    if (tokens.takes('*')) return { name: undefined, value: { is: 'value', value: 1 } as const };
    const isNamed = tokens.peek(1).text === '=>';
    const argument = isNamed ? tokens.name() : undefined;
    if (isNamed) tokens.expect('=>');
    return { name: argument, value: parseExpression(tokens) };
  });
  tokens.expect(')');
  return { is: 'call', name, args };
}
