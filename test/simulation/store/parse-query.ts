import { parseExpression, parseType } from './parse-expression.js';
import type { Assignment, Insert, Item, Query, Select, Source, Statement } from './syntax.js';
import { TokenReader } from './tokens.js';

/** Words that end a table's name instead of naming it anew. */
const AFTER_TABLE: ReadonlySet<string> = new Set(
  'ON JOIN LEFT CROSS WHERE ORDER LIMIT FOR SET FROM USING RETURNING WINDOW GROUP SELECT VALUES'.split(' '),
);

/** Reads one statement. Throws a SyntaxError that shows it when it is outside the dialect. */
export function parseStatement(text: string): Statement {
  const tokens = new TokenReader(text);
  const named: { name: string; query: Query }[] = [];
  if (tokens.takes('WITH'))
    named.push(
      ...tokens.list(() => {
        const name = tokens.name();
        tokens.expect('AS', '(');
        const query = parseQuery(tokens);
        tokens.expect(')');
        return { name, query };
      }),
    );
  const query = parseQuery(tokens);
  if (tokens.peek().kind !== 'end') throw tokens.problem('more than the dialect knows');
  return { with: named, query };
}

function parseQuery(tokens: TokenReader): Query {
  if (tokens.sees('SELECT')) return parseSelect(tokens);
  if (tokens.takes('INSERT', 'INTO')) return parseInsert(tokens);
  if (tokens.takes('UPDATE')) {
    const table = tokens.name();
    const alias = parseAlias(tokens) ?? table;
    tokens.expect('SET');
    const set = parseAssignments(tokens);
    const sources = tokens.takes('FROM') ? parseSources(tokens) : [];
    const where = parseWhere(tokens);
    return { is: 'update', table, alias, set, sources, where, returning: parseReturning(tokens) };
  }
  tokens.expect('DELETE', 'FROM');
  const table = tokens.name();
  const alias = parseAlias(tokens) ?? table;
  const sources = tokens.takes('USING') ? parseSources(tokens) : [];
  const where = parseWhere(tokens);
  return { is: 'delete', table, alias, sources, where, returning: parseReturning(tokens) };
}

/** Reads a SELECT with its locking clause. */
export function parseSelect(tokens: TokenReader): Select {
  tokens.expect('SELECT');
  const items = tokens.list(() => parseItem(tokens));
  const sources = tokens.takes('FROM') ? parseSources(tokens) : [];
  const where = parseWhere(tokens);
  const order = tokens.takes('ORDER', 'BY')
    ? tokens.list(() => {
        const by = parseExpression(tokens);
        const descending = tokens.takes('DESC');
        if (!descending) tokens.takes('ASC');
        return { by, descending };
      })
    : [];
  const limit = tokens.takes('LIMIT') ? parseExpression(tokens) : undefined;
  if (!tokens.takes('FOR', 'UPDATE'))
    return { is: 'select', items, sources, where, order, limit, lock: undefined };
  const of = tokens.takes('OF') ? tokens.list(() => tokens.name()) : [];
  const skipLocked = tokens.takes('SKIP', 'LOCKED');
  return { is: 'select', items, sources, where, order, limit, lock: { of, skipLocked } };
}

function parseInsert(tokens: TokenReader): Insert {
  const table = tokens.name();
  tokens.expect('(');
  const columns = tokens.list(() => tokens.name());
  tokens.expect(')');
  const rows = tokens.takes('VALUES', '(') ? tokens.list(() => parseExpression(tokens)) : parseSelect(tokens);
  if (Array.isArray(rows)) tokens.expect(')');
  const conflict = parseConflict(tokens);
  return { is: 'insert', table, columns, rows, conflict, returning: parseReturning(tokens) };
}

function parseConflict(tokens: TokenReader): Insert['conflict'] {
  if (!tokens.takes('ON', 'CONFLICT')) return undefined;
  let columns: string[] = [];
  if (tokens.takes('(')) {
    columns = tokens.list(() => tokens.name());
    tokens.expect(')');
  }
  tokens.expect('DO');
  if (tokens.takes('NOTHING')) return { columns, update: [] };
  tokens.expect('UPDATE', 'SET');
  return { columns, update: parseAssignments(tokens) };
}

function parseSources(tokens: TokenReader): Source[] {
  const sources = [parseSource(tokens, 'inner')];
  for (;;) {
    const join = tokens.takes('LEFT', 'JOIN') ? 'left' : tokens.takes('JOIN') ? 'inner' : undefined;
    if (join === undefined) return sources;
    const source = parseSource(tokens, join);
    const on = tokens.takes('ON') ? parseExpression(tokens) : undefined;
    sources.push({ ...source, on });
  }
}

function parseSource(tokens: TokenReader, join: Source['join']): Source {
  if (tokens.takes('(')) {
    const query = parseSelect(tokens);
    tokens.expect(')');
    return { alias: parseAlias(tokens) ?? '', from: { is: 'query', query }, join, on: undefined };
  }
  const name = tokens.name();
  if (name !== 'json_to_recordset')
    return { alias: parseAlias(tokens) ?? name, from: { is: 'table', name }, join, on: undefined };
  tokens.expect('(');
  const json = parseExpression(tokens);
  tokens.expect(')');
  const alias = parseAlias(tokens) ?? name;
  tokens.expect('(');
  const types = Object.fromEntries(tokens.list((): [string, string] => [tokens.name(), parseType(tokens)]));
  tokens.expect(')');
  return { alias, from: { is: 'recordset', json, types }, join, on: undefined };
}

function parseAlias(tokens: TokenReader): string | undefined {
  if (tokens.takes('AS')) return tokens.name();
  const { kind, text } = tokens.peek();
  return kind === 'name' && !AFTER_TABLE.has(text.toUpperCase()) ? tokens.name() : undefined;
}

function parseItem(tokens: TokenReader): Item {
  if (tokens.takes('*')) return { is: 'all' };
  const of = parseExpression(tokens);
  const named = tokens.takes('AS') ? tokens.name() : undefined;
  const own = of.is === 'column' || of.is === 'call' ? of.name : '?column?';
  return { is: 'item', of, as: named ?? own };
}

function parseAssignments(tokens: TokenReader): Assignment[] {
  return tokens.list(() => {
    const column = tokens.name();
    tokens.expect('=');
    return { column, value: parseExpression(tokens) };
  });
}

const parseWhere = (tokens: TokenReader) => (tokens.takes('WHERE') ? parseExpression(tokens) : undefined);
const parseReturning = (tokens: TokenReader): Item[] =>
  tokens.takes('RETURNING') ? tokens.list(() => parseItem(tokens)) : [];
