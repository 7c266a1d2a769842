/**
 * What a statement may be run on: a transaction, or the database itself. Within a transaction nobody has to wait for a
 * statement whose rows aren't needed: the commit waits, and throws what the statement threw. That holds for the promises
 * given here, not for those of `async` functions around them.
 */
export interface Sql {
  /** Runs one parameterised statement and gives its rows. */
  readonly query: <T = Record<string, unknown>>(text: string, params?: readonly unknown[]) => Promise<T[]>;
  /**
   * Inserts any number of rows with one statement and one parameter: `INSERT … SELECT FROM json_to_recordset`.
   * `types` maps each column to its PostgreSQL type. `tail` is appended, e.g. `ON CONFLICT DO NOTHING RETURNING id`.
   */
  readonly insertMany: <T = Record<string, unknown>>(
    table: string,
    types: Readonly<Record<string, string>>,
    rows: readonly object[],
    tail?: string,
  ) => Promise<T[]>;
  /** Updates any number of rows with one statement: rows are matched by `keys`, and `sets` are written. */
  readonly updateMany: <T = Record<string, unknown>>(
    table: string,
    keys: Readonly<Record<string, string>>,
    sets: Readonly<Record<string, string>>,
    rows: readonly object[],
    tail?: string,
  ) => Promise<T[]>;
}

type RunQuery = <T>(text: string, params?: readonly unknown[]) => Promise<T[]>;

const columnsOf = (types: Readonly<Record<string, string>>) =>
  Object.entries(types)
    .map(([column, type]) => `${column} ${type}`)
    .join(', ');

/** Builds {@link Sql} over one way to run a statement. */
export function sqlOver(run: RunQuery): Sql {
  return {
    query: run,
    insertMany: (table, types, rows, tail = '') => {
      if (rows.length === 0) return Promise.resolve([]);
      const columns = Object.keys(types).join(', ');
      return run(
        `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_to_recordset($1::json) AS r(${columnsOf(types)}) ${tail}`,
        [JSON.stringify(rows)],
      );
    },
    updateMany: (table, keys, sets, rows, tail = '') => {
      if (rows.length === 0) return Promise.resolve([]);
      const assignments = Object.keys(sets).map((column) => `${column} = r.${column}`);
      const matches = Object.keys(keys).map((column) => `t.${column} = r.${column}`);
      return run(
        `UPDATE ${table} t SET ${assignments.join(', ')} FROM json_to_recordset($1::json) AS r(${columnsOf({ ...keys, ...sets })}) WHERE ${matches.join(' AND ')} ${tail}`,
        [JSON.stringify(rows)],
      );
    },
  };
}
