import { roadTables, type Sql } from '@countersign/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** One transaction that a test holds open. */
export interface OpenTransaction {
  readonly sql: Sql;
  commit(): Promise<void>;
  rollBack(): Promise<void>;
}

/** A database with the tables of the road and those of {@link SUITE_TABLES}, empty. */
export interface SuiteDatabase {
  readonly sql: Sql;
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  begin(): Promise<OpenTransaction>;
  /** Whether a statement that was begun waits for another transaction. */
  waits(statement: Promise<unknown>): Promise<boolean>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** What the suite needs besides the road's own tables: constraints of each kind that the services use. */
export const SUITE_TABLES: readonly string[] = [
  ...roadTables,
  `CREATE TABLE things (
     id text PRIMARY KEY,
     kind text NOT NULL CHECK (kind IN ('a', 'b')),
     version int NOT NULL DEFAULT 1,
     lease text,
     due timestamptz,
     made_at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (kind, version)
   )`,
  `CREATE UNIQUE INDEX things_lease ON things (lease) WHERE lease IS NOT NULL`,
];

const TYPES = { id: 'text', kind: 'text', version: 'int' } as const;
const thing = (id: string, version: number, kind = 'a') => ({ id, kind, version });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: { readonly code?: string }) => error.code,
  );

/** What every database that handlers run on has to do. Run against the real one and against the one in memory. */
export function describeStore(name: string, open: () => Promise<SuiteDatabase>): void {
  describe(`a database (${name})`, () => {
    let database: SuiteDatabase;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database?.close());
    beforeEach(() => database.clear());

    const insert = (sql: Sql, rows: readonly object[], tail?: string) =>
      sql.insertMany<{ id: string }>('things', TYPES, rows, tail);
    const ids = async () =>
      (await database.sql.query<{ id: string }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);

    it('keeps what is committed and forgets what is rolled back', async () => {
      await database.transaction((sql) => insert(sql, [thing('one', 1)]));
      const failing = database.transaction(async (sql) => {
        await insert(sql, [thing('two', 2)]);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await ids()).toEqual(['one']);
    });

    it('commits nothing when a statement failed that nobody waited for', async () => {
      const failing = database.transaction(async (sql) => {
        await insert(sql, [thing('one', 1)]);
        insert(sql, [thing('one', 2)]).catch(() => undefined);
      });
      expect(await codeOf(failing)).toBe('23505');
      expect(await ids()).toEqual([]);
    });

    it.each([
      ['a second row of a primary key', thing('one', 2), '23505'],
      ['a second row of a unique pair', thing('two', 1), '23505'],
      ['a missing value', { id: 'two', kind: null, version: 2 }, '23502'],
      ['a value outside a check', thing('two', 2, 'c'), '23514'],
    ])('refuses %s', async (_what, row, code) => {
      await insert(database.sql, [thing('one', 1)]);
      expect(await codeOf(insert(database.sql, [row]))).toBe(code);
    });

    it('refuses a second lease, and any number of rows without one', async () => {
      await insert(database.sql, [thing('one', 1), thing('two', 2), thing('three', 3)]);
      const give = (id: string) => database.sql.query(`UPDATE things SET lease = 'l' WHERE id = $1`, [id]);
      await give('one');
      expect(await codeOf(give('two'))).toBe('23505');
    });

    it('passes over doubles where it is told to, also within one statement', async () => {
      await insert(database.sql, [thing('one', 1)]);
      const rows = [thing('one', 7), thing('two', 2), thing('two', 3), thing('three', 2)];
      const inserted = await insert(database.sql, rows, 'ON CONFLICT DO NOTHING RETURNING id');
      expect(inserted.map(({ id }) => id)).toEqual(['two']);
    });

    it('changes the row that is there where it is told to, and no row twice', async () => {
      const tail =
        'ON CONFLICT (id) DO UPDATE SET version = things.version + excluded.version RETURNING id, version';
      await insert(database.sql, [thing('one', 1)]);
      expect(await insert(database.sql, [thing('one', 5)], tail)).toEqual([{ id: 'one', version: 6 }]);
      expect(await codeOf(insert(database.sql, [thing('one', 1), thing('one', 2)], tail))).toBe('21000');
    });

    it('shows a transaction its own writes, and others only after the commit', async () => {
      const open = await database.begin();
      await insert(open.sql, [thing('one', 1)]);
      expect(await open.sql.query('SELECT id FROM things')).toHaveLength(1);
      expect(await ids()).toEqual([]);
      await open.commit();
      expect(await ids()).toEqual(['one']);
    });

    it('lets a second writer wait for the first, and shows it what the first wrote', async () => {
      await insert(database.sql, [thing('one', 1)]);
      const [first, second] = [await database.begin(), await database.begin()];
      await first.sql.query(`UPDATE things SET version = version + 1 WHERE id = 'one'`);
      const waiting = second.sql.query<{ version: number }>(
        `SELECT version FROM things WHERE id = 'one' FOR UPDATE`,
      );
      expect(await database.waits(waiting)).toBe(true);
      await first.commit();
      expect(await waiting).toEqual([{ version: 2 }]);
      await second.commit();
    });

    it.each(['commits', 'rolls back'] as const)(
      'lets a second insert of a key wait until the first %s',
      async (end) => {
        const [first, second] = [await database.begin(), await database.begin()];
        await insert(first.sql, [thing('one', 1)]);
        const waiting = insert(second.sql, [thing('one', 1)], 'ON CONFLICT DO NOTHING RETURNING id');
        expect(await database.waits(waiting)).toBe(true);
        await (end === 'commits' ? first.commit() : first.rollBack());
        expect(await waiting).toHaveLength(end === 'commits' ? 0 : 1);
        await second.commit();
      },
    );

    it('passes over rows in other hands, and counts its limit without them', async () => {
      await insert(database.sql, [thing('one', 1), thing('two', 2), thing('three', 3)]);
      const first = await database.begin();
      const take = (sql: Sql) =>
        sql.query<{ id: string }>('SELECT id FROM things ORDER BY version LIMIT 1 FOR UPDATE SKIP LOCKED');
      expect(await take(first.sql)).toEqual([{ id: 'one' }]);
      expect(await database.transaction(take)).toEqual([{ id: 'two' }]);
      await first.rollBack();
      expect(await database.transaction(take)).toEqual([{ id: 'one' }]);
    });

    it('has advisory locks that some share and one has alone', async () => {
      const [asker, other, ender] = [await database.begin(), await database.begin(), await database.begin()];
      await asker.sql.query('SELECT pg_advisory_xact_lock_shared($1)', [1]);
      await other.sql.query('SELECT pg_advisory_xact_lock_shared($1)', [1]);
      const waiting = ender.sql.query('SELECT pg_advisory_xact_lock($1)', [1]);
      expect(await database.waits(waiting)).toBe(true);
      await asker.commit();
      expect(await database.waits(waiting)).toBe(true);
      await other.rollBack();
      await waiting;
      await ender.commit();
    });

    it('undoes a statement whole when a part of it fails', async () => {
      await insert(database.sql, [thing('one', 1)]);
      expect(await codeOf(insert(database.sql, [thing('two', 2), thing('one', 3)]))).toBe('23505');
      expect(await ids()).toEqual(['one']);
    });

    it.each([
      ['a missing value is not equal to another', `lease = 'l' OR NOT lease = 'l'`, 0],
      ['a missing value is unknown in a list', `NOT lease = ANY(ARRAY_PARAMETER)`, 0],
      ['a missing value can be asked for', `lease IS NULL AND due IS NULL`, 2],
      ['bits bind tighter than comparisons', `version & 2 = 2`, 1],
      ['and binds tighter than or', `version = 1 OR version = 2 AND kind = 'b'`, 1],
      ['the least of times is the earlier', `least(now(), now() + make_interval(secs => 5)) = now()`, 2],
      ['what is missing does not count as the least', `least(due, now()) = now()`, 2],
      ['nothing is due at a missing time', `due <= now()`, 0],
      [
        'pairs are compared member by member',
        `(kind, version) IN (SELECT t.kind, t.version FROM things t)`,
        2,
      ],
      [
        'a row is compared with those outside',
        `EXISTS (SELECT 1 FROM things t WHERE t.version > things.version)`,
        1,
      ],
    ])('knows that %s', async (_what, condition, count) => {
      await insert(database.sql, [thing('one', 1), thing('two', 2)]);
      const usesList = condition.includes('ARRAY_PARAMETER');
      const text = `SELECT id FROM things WHERE ${condition.replace('ARRAY_PARAMETER', '$1')}`;
      expect(await database.sql.query(text, usesList ? [['l']] : [])).toHaveLength(count);
    });

    it('gives times as dates, whole numbers as numbers and JSON as it was written', async () => {
      await database.sql.insertMany(
        'outbox',
        {
          event_id: 'text',
          subject: 'text',
          type: 'text',
          headers: 'json',
          body: 'text',
          sent_by: 'text',
          event_time: 'timestamptz',
          next_send_at: 'timestamptz',
        },
        [
          {
            event_id: 'e',
            subject: 's',
            type: 't',
            headers: { a: 'b' },
            body: '{"x":1}',
            sent_by: 'me',
            event_time: '2026-11-20T12:00:00.123Z',
            next_send_at: '2026-11-20T12:00:30Z',
          },
        ],
      );
      const [row] = await database.sql.query('SELECT * FROM outbox');
      expect(row).toMatchObject({
        headers: { a: 'b' },
        body: '{"x":1}',
        flags: 0,
        ref_kind: null,
        event_time: new Date('2026-11-20T12:00:00.123Z'),
      });
    });
  });
}
