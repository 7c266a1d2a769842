import { Compiler } from './compile-query.js';
import { parseDefinition } from './parse-definition.js';
import { parseStatement } from './parse-query.js';
import type { Column, Definition, Expression } from './syntax.js';
import type { CompiledStatement, Evaluate } from './frame.js';

/** Columns that are together different in every row, of those rows that `where` holds for. */
export interface Unique {
  readonly id: number;
  readonly columns: readonly string[];
  readonly where: Evaluate | undefined;
}

/** One table as its migration made it. */
export interface TableSchema {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column & { readonly presetOf: Evaluate | undefined }>;
  readonly unique: readonly Unique[];
  readonly checks: readonly Evaluate[];
  /** Columns of the primary key, which are among the unique ones, too. */
  readonly key: readonly string[] | undefined;
}

/** A migration, as far as it is run here. */
export interface Migration {
  up(queries: { query(text: string): Promise<unknown> }): Promise<unknown>;
}

/** The tables of one service, and its statements, read once each. Rows are elsewhere: many runs share a schema. */
export class Schema {
  readonly tables = new Map<string, TableSchema>();
  private readonly statements = new Map<string, CompiledStatement>();
  private uniqueIds = 0;

  /** Runs the service's own migrations. What does not concern rows (indexes, rights, policies) is passed over. */
  static async of(migrations: readonly Migration[]): Promise<Schema> {
    const schema = new Schema();
    const query = (text: string) => Promise.resolve(schema.define(text));
    for (const migration of migrations) await migration.up({ query });
    return schema;
  }

  /** The statement of a text. Throws a SyntaxError when it is outside the dialect: nothing is guessed. */
  statement(text: string): CompiledStatement {
    let compiled = this.statements.get(text);
    if (compiled === undefined) {
      compiled = new Compiler(this).statement(parseStatement(text));
      this.statements.set(text, compiled);
    }
    return compiled;
  }

  table(name: string): TableSchema {
    const table = this.tables.get(name);
    if (table === undefined) throw new SyntaxError(`there is no table ${name}`);
    return table;
  }

  private define(text: string): void {
    const definition = parseDefinition(text);
    if (definition === undefined) return;
    if (definition.is === 'unique') {
      const table = this.table(definition.table);
      this.tables.set(table.name, {
        ...table,
        unique: [...table.unique, this.unique(table.name, definition.columns, definition.where)],
      });
      return;
    }
    const before = this.changed(definition);
    const { name } = before;
    const presetOf = (column: Column) =>
      column.preset === undefined ? undefined : new Compiler(this).constant(column.preset);
    const added = definition.columns.map(
      (column) => [column.name, { ...column, presetOf: presetOf(column) }] as const,
    );
    const columns = new Map([...before.columns, ...added]);
    // Checks are about the columns, so those have to be known first.
    this.tables.set(name, { ...before, columns });
    this.tables.set(name, {
      ...before,
      columns,
      unique: [...before.unique, ...definition.unique.map((one) => this.unique(name, one, undefined))],
      checks: [
        ...before.checks,
        ...definition.checks.map((check) => new Compiler(this).condition(name, check)),
      ],
    });
  }

  /** The table that a definition adds to: a new one without anything, or one that is there, renamed and without its key. */
  private changed(definition: Extract<Definition, { is: 'table' | 'altered' }>): TableSchema {
    if (definition.is === 'table')
      return { name: definition.name, columns: new Map(), unique: [], checks: [], key: definition.key };
    const { table, renamed, dropsKey } = definition;
    const known = this.table(table);
    const nameOf = (column: string) => renamed.find(([from]) => from === column)?.[1] ?? column;
    for (const [from] of renamed) {
      if (!known.columns.has(from)) throw new SyntaxError(`there is no column ${table}.${from}`);
      // They are compiled with the old name: what reads it would read nothing from now on.
      if (known.checks.length > 0)
        throw new SyntaxError(`a column of ${table}, which has checks, is renamed`);
    }
    return {
      ...known,
      columns: new Map(
        [...known.columns].map(([name, column]) => [nameOf(name), { ...column, name: nameOf(name) }]),
      ),
      unique: known.unique
        .filter(({ columns }) => !dropsKey || columns.join() !== known.key?.join())
        .map((one) => ({ ...one, columns: one.columns.map(nameOf) })),
      key: definition.key ?? (dropsKey ? undefined : known.key?.map(nameOf)),
    };
  }

  private unique(table: string, columns: readonly string[], where: Expression | undefined): Unique {
    const condition = where === undefined ? undefined : new Compiler(this).condition(table, where);
    return { id: this.uniqueIds++, columns, where: condition };
  }
}
