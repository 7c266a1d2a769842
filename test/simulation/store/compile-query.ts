import { compileExpression, type Compiled, type Scope } from './compile-expression.js';
import { compileSources, type Joined } from './compile-sources.js';
import { compileInsert, compileWrite } from './compile-write.js';
import type {
  CompiledQuery,
  CompiledStatement,
  Evaluate,
  Frame,
  ResultColumn,
  Row,
  Run,
  Stored,
} from './frame.js';
import type { Schema } from './schema.js';
import type { Expression, Item, Query, Select, Statement } from './syntax.js';
import { compare } from './values.js';

/** Makes closures of one statement. */
export class Compiler {
  /** The results of the queries that WITH has named so far. */
  readonly named = new Map<string, readonly ResultColumn[]>();

  constructor(readonly schema: Schema) {}

  statement({ with: named, query }: Statement): CompiledStatement {
    const before = named.map(({ name, query: one }) => {
      const compiled = this.query(one);
      this.named.set(name, compiled.columns);
      return { name, compiled };
    });
    const { columns, execute } = this.query(query);
    const times = columns.filter((column) => column.type === 'timestamptz').map((column) => column.name);
    return {
      execute: (run) => {
        for (const { name, compiled } of before) run.results.set(name, compiled.execute(run, undefined));
        return execute(run, undefined).map((row) => withDates(row, times));
      },
    };
  }

  /** An expression that names no column. */
  constant(expression: Expression): Evaluate {
    return this.expression(expression, { sources: [], outer: undefined, reachedOut: () => undefined }).of;
  }

  /** A condition over the columns of one table. */
  condition(table: string, expression: Expression): Evaluate {
    return this.expression(expression, this.scopeOf([table, table])).of;
  }

  /** The scope of tables, given as name and alias. */
  scopeOf(...tables: readonly (readonly [string, string])[]): Scope {
    return {
      sources: tables.map(([name, alias]) => ({
        alias,
        columns: new Map([...this.schema.table(name).columns].map(([column, { type }]) => [column, type])),
      })),
      outer: undefined,
      reachedOut: () => undefined,
    };
  }

  expression(expression: Expression, scope: Scope): Compiled {
    return compileExpression(expression, scope, (query, outer, reachedOut) =>
      this.select(query, outer, reachedOut),
    );
  }

  /** The columns of a result list, and how one row of it is made. */
  items(items: readonly Item[], scope: Scope): { columns: ResultColumn[]; rowOf: (frame: Frame) => Row } {
    const parts = items.flatMap((item) => {
      if (item.is === 'item') return [{ name: item.as, ...this.expression(item.of, scope) }];
      return scope.sources.flatMap(({ alias, columns }) =>
        [...columns.keys()].map((name) => ({
          name,
          ...this.expression({ is: 'column', table: alias, name }, scope),
        })),
      );
    });
    return {
      columns: parts.map(({ name, type }) => ({ name, type })),
      rowOf: (frame) => {
        const row: Record<string, unknown> = {};
        for (const { name, of } of parts) row[name] = of(frame);
        return row;
      },
    };
  }

  select(query: Select, outer?: Scope, reachedOut: () => void = () => undefined): CompiledQuery {
    const joined = compileSources(this, query.sources, query.where, outer, reachedOut);
    const { columns, rowOf } = this.items(query.items, joined.scope);
    const order = query.order.map(({ by, descending }) => ({
      of: this.expression(by, joined.scope).of,
      sign: descending ? -1 : 1,
    }));
    const limit = query.limit && this.constant(query.limit);
    const locked = lockedSources(query, joined);
    return {
      columns,
      execute: (run, outerFrame) => {
        const frames: Frame[] = [];
        joined.each(run, outerFrame, (rows) => frames.push({ run, rows: [...rows], outer: outerFrame }));
        if (order.length > 0) sort(frames, order);
        const most = limit ? Number(limit({ run, rows: [], outer: undefined })) : Infinity;
        const found: Row[] = [];
        for (const frame of frames) {
          if (found.length >= most) break;
          if (take(run, frame.rows, locked, query.lock?.skipLocked ?? false)) found.push(rowOf(frame));
        }
        return found;
      },
    };
  }

  private query(query: Query): CompiledQuery {
    switch (query.is) {
      case 'select':
        return this.select(query);
      case 'insert':
        return compileInsert(this, query);
      case 'update':
      case 'delete':
        return compileWrite(this, query);
    }
  }
}

function lockedSources({ lock }: Select, { scope }: Joined): number[] {
  if (lock === undefined) return [];
  return scope.sources.flatMap(({ alias }, i) =>
    lock.of.length === 0 || lock.of.includes(alias) ? [i] : [],
  );
}

/** Locks the rows of a match. False when one is in other hands and the statement passes over such. */
function take(
  run: Run,
  rows: readonly (Stored | undefined)[],
  locked: readonly number[],
  skip: boolean,
): boolean {
  for (const source of locked) {
    const id = rows[source]?.id ?? 0;
    if (id === 0) continue;
    if (skip && run.transaction.isLocked(id)) return false;
    run.transaction.lock(id);
  }
  return true;
}

function sort(frames: Frame[], order: readonly { readonly of: Evaluate; readonly sign: number }[]): void {
  frames.sort((left, right) => {
    for (const { of, sign } of order) {
      const result = compare(of(left), of(right));
      if (result !== 0) return result * sign;
    }
    return 0;
  });
}

function withDates(row: Row, times: readonly string[]): Row {
  if (times.length === 0) return row;
  const dated: Record<string, unknown> = { ...row };
  for (const name of times) if (typeof dated[name] === 'number') dated[name] = new Date(dated[name]);
  return dated;
}
