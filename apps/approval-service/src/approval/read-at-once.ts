import type { Sql } from '@countersign/persistence';
import type { TenantRoad } from '@countersign/service-kit';

/**
 * Reads with one statement, or several that do not wait for each other, and sends the end of the transaction right behind
 * them: a round trip less than {@link TenantRoad.read}, which waits for what was read before it ends the transaction.
 */
export async function readAtOnce<T>(
  road: Pick<TenantRoad, 'read'>,
  ask: (sql: Sql) => Promise<T>,
): Promise<T> {
  const begun = await road.read((sql) => {
    const asked = ask(sql);
    // A statement that fails is thrown by the transaction itself; nobody is left to wait for this then.
    asked.catch(() => undefined);
    return Promise.resolve({ asked });
  });
  return begun.asked;
}
