import { setTimeout as pause } from 'node:timers/promises';
import { contentOf, type BundleReading } from './bundle.js';
import { readBundle } from './read-bundle.js';

/** How long content must stay as it is before it counts, in milliseconds: somebody may still be writing. */
export const SETTLE_MS = 200;
/** Readings after which it is left to the next look. */
const MAX_READINGS = 11;

/**
 * Reads a bundle until two readings with some time between are the same, so that a file that is half written is not
 * taken for what its author meant. Undefined when it is another each time.
 */
export async function readSettled(
  paths: readonly string[],
  read: (paths: readonly string[]) => Promise<BundleReading> = readBundle,
  wait: () => Promise<unknown> = () => pause(SETTLE_MS),
): Promise<BundleReading | undefined> {
  let before = await read(paths);
  for (let readings = 1; readings < MAX_READINGS; readings += 1) {
    await wait();
    const now = await read(paths);
    if (contentOf(now) === contentOf(before)) return now;
    before = now;
  }
  return undefined;
}
