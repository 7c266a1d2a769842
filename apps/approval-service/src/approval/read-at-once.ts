import type { Sql } from '@countersign/persistence';
import type { TenantRoad } from '@countersign/service-kit';

/** What reads of a road can ask here: reading is all that is done. */
export type Reading = Pick<Sql, 'query'>;

/**
 * Reads with one statement, or several that do not wait for each other, and sends the end of the transaction right behind
 * them: a round trip less than {@link TenantRoad.read}, which waits for what was read before it ends the transaction.
 * A statement that comes later is refused: it would run behind that end, where no tenant is set.
 */
export async function readAtOnce<T>(
  road: Pick<TenantRoad, 'read'>,
  ask: (sql: Reading) => Promise<T>,
): Promise<T> {
  const begun = await road.read((sql) => {
    let isOver = false;
    const asked = ask({
      query: (text, params) => {
        if (isOver) return Promise.reject(new Error('a statement came after the end of its transaction'));
        return sql.query(text, params);
      },
    });
    isOver = true;
    // A statement that fails is thrown by the transaction itself; nobody is left to wait for this then.
    asked.catch(() => undefined);
    return Promise.resolve({ asked });
  });
  return begun.asked;
}
