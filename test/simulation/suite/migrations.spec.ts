import { describe, expect, it } from 'vitest';
import { Schema } from '../store/schema.js';
import { Store } from '../store/tables.js';
import { Transaction } from '../store/transaction.js';

/** A table as migrations leave it, and what a statement on it gives or throws. */
async function migrated(...texts: readonly string[]): Promise<(statement: string) => unknown> {
  const schema = await Schema.of([
    {
      up: async (queries) => {
        for (const text of texts) await queries.query(text);
      },
    },
  ]);
  const store = new Store(schema, { clockMs: () => 0 });
  return (statement) => {
    const transaction = new Transaction(store);
    try {
      const rows = transaction.statement(() =>
        schema.statement(statement).execute({ transaction, params: [], results: new Map() }),
      );
      transaction.commit();
      return rows;
    } catch (error) {
      transaction.rollBack();
      throw error;
    }
  };
}

const THINGS = `CREATE TABLE things (id text PRIMARY KEY, other text)`;

describe('a migration in memory', () => {
  it('adds a column with its check, of a range with both ends', async () => {
    const run = await migrated(
      THINGS,
      `ALTER TABLE things ADD COLUMN risk smallint NOT NULL DEFAULT 0 CHECK (risk BETWEEN 0 AND 2), ADD CHECK (id <> 'x')`,
    );
    run(`INSERT INTO things (id) VALUES ('a')`);
    run(`INSERT INTO things (id, risk) VALUES ('b', 2)`);
    expect(run(`SELECT id, risk FROM things ORDER BY id`)).toEqual([
      { id: 'a', risk: 0 },
      { id: 'b', risk: 2 },
    ]);
    for (const row of [`('c', 3)`, `('c', -1)`, `('x', 1)`])
      expect(() => run(`INSERT INTO things (id, risk) VALUES ${row}`)).toThrow(/check/i);
  });

  it('takes NOT BETWEEN as the rest', async () => {
    const run = await migrated(THINGS, `ALTER TABLE things ADD COLUMN n int CHECK (n NOT BETWEEN 1 AND 3)`);
    run(`INSERT INTO things (id, n) VALUES ('a', 4)`);
    expect(() => run(`INSERT INTO things (id, n) VALUES ('b', 3)`)).toThrow(/check/i);
  });

  it('moves the primary key to another column', async () => {
    const run = await migrated(
      THINGS,
      'ALTER TABLE things DROP CONSTRAINT things_pkey',
      'ALTER TABLE things ADD PRIMARY KEY (other)',
    );
    run(`INSERT INTO things (id, other) VALUES ('a', '1')`);
    run(`INSERT INTO things (id, other) VALUES ('a', '2')`);
    expect(() => run(`INSERT INTO things (id, other) VALUES ('b', '2')`)).toThrow('is there already');
  });

  it('renames a column', async () => {
    const run = await migrated(THINGS, 'ALTER TABLE things RENAME COLUMN other TO another');
    run(`INSERT INTO things (id, another) VALUES ('a', '1')`);
    expect(run('SELECT another FROM things')).toEqual([{ another: '1' }]);
    expect(() => run('SELECT other FROM things')).toThrow(SyntaxError);
  });

  it.each([
    'ALTER TABLE things ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY flow ON things USING (true)',
    `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`,
    'CREATE TRIGGER note AFTER INSERT ON things FOR EACH ROW EXECUTE FUNCTION note()',
  ])('passes over what says nothing about rows: %s', async (text) => {
    const run = await migrated(THINGS, text);
    expect(run('SELECT id FROM things')).toEqual([]);
  });

  it.each([
    'ALTER TABLE things DROP COLUMN other',
    'ALTER TABLE things DROP CONSTRAINT things_other_check',
    'ALTER TABLE things ALTER COLUMN other SET NOT NULL',
    'TRUNCATE things',
    'DROP TABLE things',
  ])('guesses nothing: %s', async (text) => {
    await expect(migrated(THINGS, text)).rejects.toThrow(SyntaxError);
  });
});
