import type { Compiler } from './compile-query.js';
import type { Scope } from './compile-expression.js';
import type { Evaluate, Frame, Run, Stored } from './frame.js';
import type { Expression, Source } from './syntax.js';
import { memberOf } from './values.js';

/** Joined sources: their scope, and all matches one after the other. */
export interface Joined {
  readonly scope: Scope;
  readonly each: (
    run: Run,
    outer: Frame | undefined,
    found: (rows: readonly (Stored | undefined)[]) => void,
  ) => void;
}

interface Level {
  readonly rows: (run: Run, frame: Frame) => readonly Stored[];
  readonly columns: ReadonlyMap<string, string>;
}

/** Nested loops over the sources; each condition is looked at as soon as its rows are there. */
export function compileSources(
  compiler: Compiler,
  sources: readonly Source[],
  where: Expression | undefined,
  outer: Scope | undefined,
  reachedOut: () => void,
): Joined {
  const levels = sources.map((source) => compileSource(compiler, source));
  const scope: Scope = {
    sources: sources.map(({ alias }, i) => ({ alias, columns: levels[i]!.columns })),
    outer,
    reachedOut,
  };
  const on = sources.map((source) => source.on && compiler.expression(source.on, scope).of);
  const hasLeft = sources.some((source) => source.join === 'left');
  const wheres: Evaluate[][] = sources.map(() => []);
  const constants: Evaluate[] = [];
  for (const part of conjuncts(where)) {
    const last = hasLeft ? sources.length - 1 : lastSource(compiler, part, scope, outer);
    (wheres[last] ?? constants).push(compiler.expression(part, scope).of);
  }
  return {
    scope,
    each: (run, outerFrame, found) => {
      const rows: (Stored | undefined)[] = sources.map(() => undefined);
      const frame: Frame = { run, rows, outer: outerFrame };
      if (constants.some((condition) => condition(frame) !== true)) return;
      const lists: (readonly Stored[] | undefined)[] = [];
      const descend = (level: number): void => {
        if (level === sources.length) {
          found(rows);
          return;
        }
        const candidates = (lists[level] ??= levels[level]!.rows(run, frame));
        const isLeft = sources[level]!.join === 'left';
        const condition = on[level];
        let matched = false;
        for (const candidate of candidates) {
          rows[level] = candidate;
          if (condition && condition(frame) !== true) continue;
          matched = true;
          if (wheres[level]!.every((one) => one(frame) === true)) descend(level + 1);
        }
        rows[level] = undefined;
        if (isLeft && !matched && wheres[level]!.every((one) => one(frame) === true)) descend(level + 1);
      };
      descend(0);
    },
  };
}

function compileSource(compiler: Compiler, { from }: Source): Level {
  if (from.is === 'recordset') {
    const json = compiler.constant(from.json);
    const types = Object.entries(from.types);
    return {
      columns: new Map(types),
      rows: (run, frame) => {
        const list = json(frame) as readonly Readonly<Record<string, unknown>>[];
        return list.map((item) => {
          const row: Record<string, unknown> = {};
          for (const [name, type] of types) row[name] = memberOf(item[name], type);
          return { id: 0, row };
        });
      },
    };
  }
  if (from.is === 'query') {
    const query = compiler.select(from.query);
    return {
      columns: new Map(query.columns.map(({ name, type }) => [name, type])),
      rows: (run) => query.execute(run, undefined).map((row) => ({ id: 0, row })),
    };
  }
  const named = compiler.named.get(from.name);
  if (named !== undefined)
    return {
      columns: new Map(named.map(({ name, type }) => [name, type])),
      rows: (run) => (run.results.get(from.name) ?? []).map((row) => ({ id: 0, row })),
    };
  const table = compiler.schema.table(from.name);
  return {
    columns: new Map([...table.columns].map(([name, { type }]) => [name, type])),
    rows: (run) => run.transaction.scan(table),
  };
}

function conjuncts(condition: Expression | undefined): Expression[] {
  if (condition === undefined) return [];
  if (condition.is === 'binary' && condition.operator === 'AND')
    return [...conjuncts(condition.left), ...conjuncts(condition.right)];
  return [condition];
}

/** The first source at which a condition can be looked at: the shortest run of sources that has all its names. */
function lastSource(
  compiler: Compiler,
  condition: Expression,
  scope: Scope,
  outer: Scope | undefined,
): number {
  for (let count = 0; count < scope.sources.length; count++) {
    const part: Scope = { sources: scope.sources.slice(0, count + 1), outer, reachedOut: () => undefined };
    try {
      compiler.expression(condition, part);
      return count;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return scope.sources.length - 1;
}
