import { SERVICES } from '@countersign/contracts';
import { schemaOf } from '@countersign/persistence';
import { expect, vi } from 'vitest';
import type { TestPlatform } from '../support/platform.js';
import type { Hop } from './hops.js';

/**
 * Kills a part at a hop while something is done that gets it there, starts it again, and waits until the broker's
 * second delivery, and everything that followed from it, was handled. `next` is where it is to die after that.
 */
export async function killAt<T>(
  platform: TestPlatform,
  { hop, part, point }: Hop,
  next: Hop | undefined,
  during: () => Promise<T>,
): Promise<T> {
  await platform.dieAt(part, point);
  const killed = async () => {
    expect(await platform.died(part)).toBe('SIGKILL');
    // Delivered, handled, not acknowledged: only another delivery can settle it now.
    expect(await platform.broker.unacknowledged(hop)).toBeGreaterThan(0);
    const comesNext = next && platform.processOf(next.part) === platform.processOf(part);
    await platform.startAgain(part, comesNext ? next.point : undefined);
  };
  const [result] = await Promise.all([during(), killed()]);
  // Before the last message is sent, by the outbox of a part that died before it could, the broker seems settled, too.
  await vi.waitFor(async () => expect(await unconfirmed(platform)).toEqual([]), {
    timeout: 30_000,
    interval: 100,
  });
  await platform.broker.settled();
  return result;
}

async function unconfirmed({ database }: TestPlatform): Promise<string[]> {
  const outboxes = SERVICES.map((service) => `SELECT event_id FROM ${schemaOf(service)}.outbox`);
  const { rows } = await database.query<{ event_id: string }>(outboxes.join(' UNION ALL '));
  return rows.map((row) => row.event_id);
}
