import { createHmac } from 'node:crypto';
import type { DetectOptions } from '../engine/settings.js';
import type { WorkCounter } from '../work-counter.js';

/** What every scan that reports fingerprints needs. */
export interface ScanOptions extends DetectOptions {
  /**
   * Key of the fingerprints, one per tenant. Without it a fingerprint of a short secret, such as a card number,
   * could be guessed by trying all of them.
   */
  readonly fingerprintKey: Uint8Array;
  /** Receives the number of characters looked at. One that throws ends the scan: then nothing is known of the value. */
  readonly work?: WorkCounter;
}

/** Hexadecimal digits kept: 128 bits, enough to tell secrets apart. */
const digits = 32;

/** Keyed fingerprint of a secret, see `FingerprintedFinding`. @throws RangeError when the key is empty. */
export function fingerprintOf(secret: string, options: ScanOptions): string {
  if (options.fingerprintKey.length === 0) throw new RangeError('fingerprintKey must not be empty');
  return `hmac-sha256:${createHmac('sha256', options.fingerprintKey).update(secret).digest('hex').slice(0, digits)}`;
}
