import type { Settlement } from '../delivery.js';

const NANOS_PER_MS = 1_000_000;

/** The message is still worked on: its redelivery is put off by the consumer's `ack_wait`. */
export const WORKING = '+WPI';
/** The message comes back at once. */
export const RELEASE = '-NAK';

/** What to tell the broker for a settlement. */
export function acknowledgement(settlement: Settlement): string {
  if (settlement.kind === 'ack') return '+ACK';
  const delayMs = Math.max(0, Math.round(settlement.delayMs));
  return delayMs === 0 ? RELEASE : `${RELEASE} {"delay":${delayMs * NANOS_PER_MS}}`;
}
