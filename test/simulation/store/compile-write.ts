import type { Compiler } from './compile-query.js';
import { compileSources } from './compile-sources.js';
import type { CompiledQuery, Evaluate, Frame, Row, Run, Stored } from './frame.js';
import type { TableSchema } from './schema.js';
import { SqlError } from './sql-error.js';
import type { Delete, Insert, Update } from './syntax.js';
import { coerce } from './values.js';

/** INSERT with what it does about doubles. */
export function compileInsert(compiler: Compiler, insert: Insert): CompiledQuery {
  const table = compiler.schema.table(insert.table);
  const scope = compiler.scopeOf([insert.table, insert.table], [insert.table, 'excluded']);
  const returned = compiler.items(insert.returning, { ...scope, sources: scope.sources.slice(0, 1) });
  const rowsOf = valuesOf(compiler, insert);
  const { conflict } = insert;
  const update = conflict?.update.map(({ column, value }) => ({
    column,
    type: typeOf(table, column),
    of: compiler.expression(value, scope).of,
  }));
  const put = (run: Run, row: Row, touched: Set<number>): Stored | undefined => {
    const { transaction } = run;
    const double = transaction.conflict(table, row, conflict?.columns ?? []);
    if (double === undefined) return transaction.insert(table, row);
    if (conflict === undefined) throw new SqlError('23505', `a row of ${insert.table} is there already`);
    if (update === undefined || update.length === 0) return undefined;
    if (touched.has(double.id)) throw new SqlError('21000', 'a row can not be changed a second time');
    transaction.lock(double.id);
    const frame: Frame = { run, rows: [double, { id: 0, row }], outer: undefined };
    return transaction.update(table, double, changed(double.row, update, frame));
  };
  return {
    columns: returned.columns,
    execute: (run) => {
      const touched = new Set<number>();
      return rowsOf(run).flatMap((values) => {
        const stored = put(run, completed(table, values, run), touched);
        if (stored === undefined) return [];
        touched.add(stored.id);
        return insert.returning.length === 0
          ? []
          : [returned.rowOf({ run, rows: [stored], outer: undefined })];
      });
    },
  };
}

/** UPDATE and DELETE: all matches are found first, and each row is written once. */
export function compileWrite(compiler: Compiler, write: Update | Delete): CompiledQuery {
  const table = compiler.schema.table(write.table);
  const target = {
    alias: write.alias,
    from: { is: 'table', name: write.table },
    join: 'inner',
    on: undefined,
  } as const;
  const joined = compileSources(
    compiler,
    [target, ...write.sources],
    write.where,
    undefined,
    () => undefined,
  );
  const returned = compiler.items(
    write.returning,
    write.returning.some((item) => item.is === 'all')
      ? { ...joined.scope, sources: joined.scope.sources.slice(0, 1) }
      : joined.scope,
  );
  const set =
    write.is === 'update'
      ? write.set.map(({ column, value }) => ({
          column,
          type: typeOf(table, column),
          of: compiler.expression(value, joined.scope).of,
        }))
      : [];
  return {
    columns: returned.columns,
    execute: (run) => {
      const matches = new Map<number, Frame>();
      joined.each(run, undefined, (rows) => {
        const id = rows[0]!.id;
        if (!matches.has(id)) matches.set(id, { run, rows: [...rows], outer: undefined });
      });
      const results: Row[] = [];
      for (const frame of matches.values()) {
        const stored = frame.rows[0]!;
        if (write.is === 'delete') run.transaction.delete(table, stored);
        else frame.rows[0] = run.transaction.update(table, stored, changed(stored.row, set, frame));
        if (write.returning.length > 0) results.push(returned.rowOf(frame));
      }
      return results;
    },
  };
}

type Setter = { readonly column: string; readonly type: string; readonly of: Evaluate };

function changed(row: Row, set: readonly Setter[], frame: Frame): Row {
  const next: Record<string, unknown> = { ...row };
  for (const { column, type, of } of set) next[column] = coerce(of(frame), type);
  return next;
}

function completed(table: TableSchema, values: Row, run: Run): Row {
  const row: Record<string, unknown> = {};
  for (const [name, { type, presetOf }] of table.columns) {
    const value = values[name];
    row[name] =
      value === undefined
        ? (presetOf?.({ run, rows: [], outer: undefined }) ?? null)
        : type === 'json' && typeof value === 'object'
          ? value
          : coerce(value, type);
  }
  return row;
}

function valuesOf(compiler: Compiler, { rows, columns }: Insert): (run: Run) => Row[] {
  if ('is' in rows) {
    const query = compiler.select(rows);
    const names = query.columns.map((column) => column.name);
    if (names.join() === columns.join()) return (run) => query.execute(run, undefined);
    // Results without a name of their own would fall together: the list is numbered instead.
    const numbered = compiler.select({
      ...rows,
      items: rows.items.map((item, i) => (item.is === 'item' ? { ...item, as: columns[i]! } : item)),
    });
    return (run) => numbered.execute(run, undefined);
  }
  const values = rows.map((value) => compiler.constant(value));
  return (run) => {
    const frame: Frame = { run, rows: [], outer: undefined };
    return [Object.fromEntries(columns.map((column, i) => [column, values[i]!(frame)]))];
  };
}

function typeOf(table: TableSchema, column: string): string {
  const found = table.columns.get(column);
  if (found === undefined) throw new SyntaxError(`there is no column ${table.name}.${column}`);
  return found.type;
}
