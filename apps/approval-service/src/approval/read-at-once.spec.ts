import { describe, expect, it } from 'vitest';
import type { Sql } from '@countersign/persistence';
import { readAtOnce } from './read-at-once.js';

/** A road whose transaction ends when its work has begun everything, and then throws what failed. */
function aRoad(rows: Promise<readonly unknown[]>) {
  const steps: string[] = [];
  const sql = { query: () => (steps.push('asked'), rows) } as unknown as Sql;
  return {
    steps,
    road: {
      read: async <T>(ask: (sql: Sql) => Promise<T>): Promise<T> => {
        const result = await ask(sql);
        steps.push('ended');
        await rows;
        return result;
      },
    },
  };
}

describe('readAtOnce', () => {
  it('ends the transaction before the rows are there, and gives what is made of them', async () => {
    let arrive: (rows: readonly unknown[]) => void = () => undefined;
    const { road, steps } = aRoad(new Promise((resolve) => (arrive = resolve)));
    const read = readAtOnce(road, async (sql) => (await sql.query('SELECT 1')).length);
    await Promise.resolve();
    await Promise.resolve();
    expect(steps).toEqual(['asked', 'ended']);
    arrive([1, 2]);
    expect(await read).toBe(2);
  });

  it('throws what the statement threw, once', async () => {
    const { road } = aRoad(Promise.reject(new Error('no connection')));
    await expect(readAtOnce(road, (sql) => sql.query('SELECT 1'))).rejects.toThrow('no connection');
  });

  it('refuses a statement that waits for another: its tenant would be gone', async () => {
    const { road, steps } = aRoad(Promise.resolve([]));
    const read = readAtOnce(road, async (sql) => {
      await sql.query('SELECT 1');
      return sql.query('SELECT 2');
    });
    await expect(read).rejects.toThrow('after the end of its transaction');
    expect(steps).toEqual(['asked', 'ended']);
  });
});
