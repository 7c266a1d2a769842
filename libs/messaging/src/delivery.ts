/** One message as a durable consumer received it. */
export interface Delivery {
  readonly stream: string;
  /** Sequence in the stream: the same on every delivery of the same message. */
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  /** The broker's time at which the message was stored, in milliseconds since the epoch. */
  readonly storedAtMs: number;
  /** How many times it was delivered, this one included; 1 on the first. */
  readonly deliveries: number;
  /** First value of a header, exact name, or undefined. */
  header(name: string): string | undefined;
}

/** What a handler decides about one delivery: done with it, or give it again after `delayMs`. */
export type Settlement = { readonly kind: 'ack' } | { readonly kind: 'retry'; readonly delayMs: number };

/** The delivery is dealt with and never comes back. */
export const ack: Settlement = { kind: 'ack' };

/** The delivery comes back after about `delayMs` milliseconds. */
export const retryAfter = (delayMs: number): Settlement => ({ kind: 'retry', delayMs });

/**
 * Handles a batch and answers with one settlement per delivery, in order. Throwing, or answering with another count,
 * means that nothing was decided: the whole batch comes back after a second.
 */
export type BatchHandler = (batch: readonly Delivery[]) => Promise<readonly Settlement[]>;

/** How a consumer forms its batches. */
export interface ConsumeOptions {
  /** Most deliveries in one call of the handler; 256 when absent. */
  readonly maxBatch?: number;
  /** How long to wait for more deliveries after the first, in milliseconds; 0 when absent. */
  readonly lingerMs?: number;
  /** Most deliveries pulled and not settled yet; twice `maxBatch` when absent. */
  readonly maxInFlight?: number;
}
