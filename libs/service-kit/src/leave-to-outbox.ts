import type { Service } from '@countersign/contracts';
import type { DatabaseLike } from '@countersign/persistence';
import { Outbox } from './outbox.js';
import { Work } from './work.js';

/** Nothing is published from here. */
const NO_BUS = { publish: () => Promise.reject(new Error('there is no broker here')) };

/**
 * The unit of work of a service for a command that has no broker: state and messages commit in one transaction, and the
 * messages are due at once, for the service's running process, or for the next one that starts. Throws what the work or
 * the database does; then nothing is kept.
 */
export function leaveToOutbox<T>(
  service: Service,
  database: DatabaseLike,
  decide: (work: Work) => Promise<T>,
): Promise<T> {
  return database.transaction(async (sql) => {
    const work = new Work(sql, service);
    const result = await decide(work);
    await new Outbox(service, database, NO_BUS, {}).write(sql, work.pending, 0);
    return result;
  });
}
