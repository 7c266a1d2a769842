import { STREAM_LIST } from '@countersign/contracts';
import type { JetStreamManager } from '@nats-io/jetstream';
import { expect, vi } from 'vitest';

/** Pause between two looks, in milliseconds. */
const LOOK_MS = 100;
/**
 * How long nothing is delivered where messages stand unacknowledged that the broker no longer has, in milliseconds. A
 * real one would have come again: the tests have it come after 1 s.
 */
const PHANTOM_MS = 3_000;

/**
 * Waits until every reader has acknowledged every message, and no new one comes. A broker that was killed may count
 * messages as unacknowledged that it has removed, and never delivers them: those are waited out.
 */
export async function quiet(manager: JetStreamManager): Promise<void> {
  let before = '';
  let since = performance.now();
  await vi.waitFor(
    async () => {
      const { unread, unacknowledged, delivered } = await look(manager);
      if (delivered !== before) since = performance.now();
      const isSame = delivered === before;
      before = delivered;
      expect(unread).toEqual([]);
      expect(isSame, 'nothing was delivered between two looks').toBe(true);
      if (performance.now() - since < PHANTOM_MS) expect(unacknowledged).toEqual([]);
    },
    { timeout: 60_000, interval: LOOK_MS },
  );
}

async function look(manager: JetStreamManager) {
  const unread: string[] = [];
  const unacknowledged: string[] = [];
  const delivered: number[] = [];
  for (const { name } of STREAM_LIST)
    for await (const consumer of manager.consumers.list(name)) {
      const hop = `${name}/${consumer.name}`;
      if (consumer.num_pending > 0) unread.push(hop);
      if (consumer.num_ack_pending > 0) unacknowledged.push(hop);
      delivered.push(consumer.delivered.consumer_seq);
    }
  return { unread, unacknowledged, delivered: delivered.join() };
}
