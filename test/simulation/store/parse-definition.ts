import { parseExpression, parseType } from './parse-expression.js';
import type { Column, Definition, Expression } from './syntax.js';
import { TokenReader } from './tokens.js';

/** Reads what a migration says about the rows of a table; undefined for indexes, policies and grants. */
export function parseDefinition(text: string): Definition | undefined {
  if (!/^\s*CREATE\s+(TABLE|UNIQUE\s+INDEX)\b/i.test(text)) return undefined;
  const tokens = new TokenReader(text);
  tokens.expect('CREATE');
  return tokens.takes('TABLE') ? parseTable(tokens) : parseUnique(tokens);
}

function parseUnique(tokens: TokenReader): Definition {
  tokens.expect('UNIQUE', 'INDEX');
  tokens.name();
  tokens.expect('ON');
  const table = tokens.name();
  const columns = parseColumns(tokens);
  const where = tokens.takes('WHERE') ? parseExpression(tokens) : undefined;
  return { is: 'unique', table, columns, where };
}

function parseTable(tokens: TokenReader): Definition {
  const name = tokens.name();
  const columns: Column[] = [];
  const unique: string[][] = [];
  const checks: Expression[] = [];
  tokens.expect('(');
  tokens.list(() => {
    if (tokens.takes('PRIMARY', 'KEY') || tokens.takes('UNIQUE')) unique.push(parseColumns(tokens));
    else if (tokens.takes('CHECK')) checks.push(parseExpression(tokens));
    else columns.push(parseColumn(tokens, unique, checks));
  });
  tokens.expect(')');
  return { is: 'table', name, columns, unique, checks };
}

function parseColumn(tokens: TokenReader, unique: string[][], checks: Expression[]): Column {
  const name = tokens.name();
  const type = parseType(tokens);
  let notNull = false;
  let preset: Expression | undefined;
  for (;;) {
    if (tokens.takes('NOT', 'NULL')) notNull = true;
    else if (tokens.takes('PRIMARY', 'KEY')) {
      notNull = true;
      unique.push([name]);
    } else if (tokens.takes('UNIQUE')) unique.push([name]);
    else if (tokens.takes('DEFAULT')) preset = parseExpression(tokens);
    else if (tokens.takes('CHECK')) checks.push(parseExpression(tokens));
    else return { name, type, notNull, preset };
  }
}

function parseColumns(tokens: TokenReader): string[] {
  tokens.expect('(');
  const columns = tokens.list(() => {
    const name = tokens.name();
    tokens.takes('DESC');
    return name;
  });
  tokens.expect(')');
  return columns;
}
