/** Largest inline job request or result body, in bytes (512 KiB). */
export const MAX_BODY_BYTES = 512 * 1024;
/** Largest message the broker takes, in bytes: an escaped 512 KiB job inside a decision can exceed 1 MiB. */
export const MAX_PAYLOAD_BYTES = 2 * 1024 * 1024;
/** Deepest nesting of any JSON that is accepted. */
export const MAX_DEPTH = 64;
/** How long an approval waits when its rule says nothing, in seconds. */
export const DEFAULT_APPROVAL_TTL_SEC = 300;
/** How long an offer waits for a claim before it is made again, in seconds. */
export const OFFER_TTL_SEC = 30;
/** How long a lease lasts without a heartbeat, in milliseconds. */
export const LEASE_MS = 15_000;
/** How often a worker is to report, in seconds. */
export const HEARTBEAT_SEC = 5;
/** A run without a rule's `max_runtime_sec` may take this long, in seconds. */
export const DEFAULT_MAX_RUNTIME_SEC = 3600;
/** What a run may take past its limit until the worker's report is in, in seconds. */
export const RUNTIME_GRACE_SEC = 10;
/** A handler's tries before its message becomes a dead letter. */
export const MAX_TRIES = 5;
