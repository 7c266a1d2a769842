import type pg from 'pg';

/** A column, as `schema.table.column`. */
export type Place = string;

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * The columns of all tables in which a value stands, by value: as text, as the bytes of a text, or in base 64. What is
 * encrypted is not seen, and need not be.
 */
export async function placesOf(
  database: pg.Pool,
  values: readonly string[],
): Promise<Record<string, Place[]>> {
  const found = Object.fromEntries(values.map((value): [string, Place[]] => [value, []]));
  for (const table of await tablesOf(database)) {
    const inRow = await standsIn(database, table.name, 't', values);
    if (inRow.length === 0) continue;
    for (const column of table.columns)
      for (const value of await standsIn(database, table.name, `t."${column}"`, inRow))
        found[value]?.push(`${table.name.replaceAll('"', '')}.${column}`);
  }
  return found;
}

async function tablesOf(database: pg.Pool): Promise<Table[]> {
  const { rows } = await database.query<Table>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name,
            array_agg(a.attname::text ORDER BY a.attname) AS columns
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      GROUP BY 1 ORDER BY 1`,
  );
  return rows;
}

/** Those of the values that stand in a part of some row. */
async function standsIn(
  database: pg.Pool,
  table: string,
  part: string,
  values: readonly string[],
): Promise<string[]> {
  const needles = values.flatMap((value) => [value, Buffer.from(value).toString('hex'), base64Of(value)]);
  const { rows } = await database.query<{ needle: string }>(
    `SELECT needle FROM unnest($1::text[]) needle
      WHERE EXISTS (SELECT FROM ${table} t WHERE strpos((${part})::text, needle) > 0)`,
    [needles],
  );
  const hits = new Set(rows.map(({ needle }) => needle));
  return values.filter((_value, index) => needles.slice(3 * index, 3 * index + 3).some((n) => hits.has(n)));
}

/** The base 64 of whole threes of bytes: what follows the value does not change it. */
function base64Of(value: string): string {
  return Buffer.from(value)
    .subarray(0, value.length - (value.length % 3))
    .toString('base64');
}
