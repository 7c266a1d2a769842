import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { newUlid } from '@countersign/kernel';
import { vi } from 'vitest';
import type { Random } from './random.js';

/** When every simulated day begins. */
export const STARTS_AT_MS = Date.UTC(2026, 10, 20, 12);

let source: Random | undefined;
let isDrawn = false;
const real = { randomBytes: crypto.randomBytes, randomFillSync: crypto.randomFillSync };

/**
 * Puts the clock, the timers and all randomness of this process into the simulation's hands: whatever the product asks
 * of them, it gets the same for the same seed. Undone by the function that is returned.
 */
export function takeOverProcess(): () => void {
  vi.useFakeTimers({
    now: STARTS_AT_MS,
    toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance', 'hrtime'],
  });
  const randomBytes = (size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    seeded().fill(bytes);
    return bytes;
  };
  const randomFillSync = <T extends NodeJS.ArrayBufferView>(buffer: T): T => {
    seeded().fill(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
    isDrawn = true;
    return buffer;
  };
  Object.assign(crypto, { randomBytes, randomFillSync });
  syncBuiltinESMExports();
  return () => {
    Object.assign(crypto, real);
    syncBuiltinESMExports();
    vi.useRealTimers();
  };
}

/** Begins a day anew: clock at its start, no timer armed, random numbers from `random`. */
export function beginDay(random: Random): void {
  vi.clearAllTimers();
  vi.setSystemTime(STARTS_AT_MS);
  source = random;
  // Ids are made of random bytes that are drawn in advance; those of the day before must not show in this one.
  isDrawn = false;
  while (!isDrawn) newUlid();
}

/** Lets time pass, in milliseconds; timers that become due fire. */
export function passTime(ms: number): void {
  vi.advanceTimersByTime(ms);
}

function seeded(): Random {
  if (source === undefined) throw new Error('no day has begun');
  return source;
}
