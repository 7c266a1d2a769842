const NUMBERS: ReadonlySet<string> = new Set(['int', 'smallint', 'bigint', 'double precision']);

/** A value as a column of this type keeps it. Times are milliseconds. */
export function coerce(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'timestamptz')
    return typeof value === 'number'
      ? value
      : value instanceof Date
        ? value.getTime()
        : Date.parse(textOf(value));
  if (NUMBERS.has(type)) return Number(value);
  if (type === 'text') return textOf(value);
  if (type === 'json') return typeof value === 'string' ? JSON.parse(value) : value;
  if (type === 'bytea') return typeof value === 'string' ? Buffer.from(value.slice(2), 'hex') : value;
  return value;
}

/** A member of a recordset as a column of this type: JSON text of what is no string, JSON itself as it stands. */
export function memberOf(value: unknown, type: string): unknown {
  return type === 'json' ? (value ?? null) : coerce(value, type);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Equality of SQL: null where either side is. Rows are compared member by member. */
export function isEqual(left: unknown, right: unknown): boolean | null {
  if (left === null || right === null) return null;
  if (Array.isArray(left) && Array.isArray(right)) return left.every((value, i) => value === right[i]);
  return left === right;
}

/** Order of two values of one type. Texts are in the order of their characters. */
export function compare(left: unknown, right: unknown): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return (left as number | string) < (right as number | string) ? -1 : 1;
}
