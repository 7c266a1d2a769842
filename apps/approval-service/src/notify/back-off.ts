const SEC = 1;
const MIN = 60 * SEC;
const HOUR = 60 * MIN;

/** Seconds to wait after each failed try: the schedule of the Standard Webhooks specification. After its end one gives up. */
export const RETRY_DELAYS_SEC: readonly number[] = [
  5 * SEC,
  5 * MIN,
  30 * MIN,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** What part of a delay is added at most, by chance: receivers that come back are not all called at once. */
const JITTER = 0.1;
/** The longest that a receiver may ask to be left alone, in seconds: a day. */
const MOST_WAIT_SEC = 24 * HOUR;

/**
 * Seconds until the next try after `failures` failed ones, or undefined when there is none. `random` is in [0, 1).
 * A receiver may ask for a longer wait, not for a shorter one.
 */
export function retryDelaySec(failures: number, random: number, askedSec = 0): number | undefined {
  const delay = RETRY_DELAYS_SEC[failures - 1];
  if (delay === undefined) return undefined;
  return Math.max(delay * (1 + JITTER * random), Math.min(askedSec, MOST_WAIT_SEC));
}
