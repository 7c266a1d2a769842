import { parseExpression, parseType } from './parse-expression.js';
import type { Column, Definition, Expression } from './syntax.js';
import { TokenReader } from './tokens.js';

/** What of a migration says nothing about rows: who may see them, how they are found, what answers to them. */
const WITHOUT_ROWS =
  /^\s*(CREATE\s+(INDEX|POLICY|FUNCTION|TRIGGER|OR\s+REPLACE\s+FUNCTION)|DROP\s+(INDEX|POLICY)|GRANT|REVOKE|ALTER\s+POLICY)\b/i;

/** Reads what a migration says about the rows of a table; undefined for what says nothing about them. */
export function parseDefinition(text: string): Definition | undefined {
  if (WITHOUT_ROWS.test(text)) return undefined;
  const tokens = new TokenReader(text);
  if (tokens.takes('ALTER', 'TABLE')) return parseAlteration(tokens);
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

/** Constraints as they are read, of columns and of tables. */
class Constraints {
  readonly unique: string[][] = [];
  readonly checks: Expression[] = [];
  key: readonly string[] | undefined;

  /** Takes a constraint of the table when one comes next. References to other tables say nothing that is looked at here. */
  takes(tokens: TokenReader): boolean {
    if (tokens.takes('PRIMARY', 'KEY')) this.isKey(parseColumns(tokens));
    else if (tokens.takes('UNIQUE')) this.unique.push(parseColumns(tokens));
    else if (tokens.takes('CHECK')) this.checks.push(parseExpression(tokens));
    else if (tokens.takes('FOREIGN', 'KEY')) {
      parseColumns(tokens);
      tokens.expect('REFERENCES');
      tokens.name();
      parseColumns(tokens);
    } else return false;
    return true;
  }

  isKey(columns: string[]): void {
    this.key = columns;
    this.unique.push(columns);
  }
}

function parseTable(tokens: TokenReader): Definition {
  const name = tokens.name();
  const columns: Column[] = [];
  const constraints = new Constraints();
  tokens.expect('(');
  tokens.list(() => {
    if (!constraints.takes(tokens)) columns.push(parseColumn(tokens, constraints));
  });
  tokens.expect(')');
  const { unique, checks, key } = constraints;
  return { is: 'table', name, columns, unique, checks, key };
}

function parseAlteration(tokens: TokenReader): Definition {
  const table = tokens.name();
  const columns: Column[] = [];
  const renamed: [string, string][] = [];
  const constraints = new Constraints();
  let dropsKey = false;
  tokens.list(() => {
    if (tokens.takes('ADD', 'COLUMN')) columns.push(parseColumn(tokens, constraints));
    else if (tokens.takes('RENAME', 'COLUMN')) {
      const from = tokens.name();
      tokens.expect('TO');
      renamed.push([from, tokens.name()]);
    } else if (tokens.takes('DROP', 'CONSTRAINT')) {
      if (tokens.name() !== `${table}_pkey`) throw tokens.problem('a constraint outside the dialect');
      dropsKey = true;
    } else if (tokens.takes('ADD')) {
      if (!constraints.takes(tokens)) throw tokens.problem('expected a constraint');
    } else if (!isAboutRights(tokens)) throw tokens.problem('a change outside the dialect');
  });
  if (tokens.peek().kind !== 'end') throw tokens.problem('expected the end');
  const { unique, checks, key } = constraints;
  return { is: 'altered', table, columns, unique, checks, key, renamed, dropsKey };
}

const isAboutRights = (tokens: TokenReader): boolean =>
  tokens.takes('ENABLE', 'ROW', 'LEVEL', 'SECURITY') || tokens.takes('FORCE', 'ROW', 'LEVEL', 'SECURITY');

function parseColumn(tokens: TokenReader, constraints: Constraints): Column {
  const name = tokens.name();
  const type = parseType(tokens);
  let notNull = false;
  let preset: Expression | undefined;
  for (;;) {
    if (tokens.takes('NOT', 'NULL')) notNull = true;
    else if (tokens.takes('PRIMARY', 'KEY')) {
      notNull = true;
      constraints.isKey([name]);
    } else if (tokens.takes('UNIQUE')) constraints.unique.push([name]);
    else if (tokens.takes('GENERATED', 'ALWAYS', 'AS', 'IDENTITY')) notNull = true;
    else if (tokens.takes('DEFAULT')) preset = parseExpression(tokens);
    else if (tokens.takes('CHECK')) constraints.checks.push(parseExpression(tokens));
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
