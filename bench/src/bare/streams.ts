import { POOL, TOPIC } from '../load/job-body.js';

/** The user of the bare broker, who may do everything in its one account. */
export const BARE_USER = 'bench';

/** The three hops of the bare pipeline. */
export const BARE_STREAMS = {
  jobs: { stream: 'JOBS0', durable: 'dispatcher', subject: TOPIC },
  dispatch: { stream: 'DISPATCH0', durable: 'worker', subject: `dispatch.${POOL}.bench.echo` },
  results: { stream: 'RESULTS0', durable: 'collector', subject: `result.${POOL}.bench.echo` },
} as const;

const NANOS_PER_SEC = 1_000_000_000;

/** File storage and interest retention, as the contract's streams have them. */
export function streamConfig({
  stream,
  subject,
}: {
  readonly stream: string;
  readonly subject: string;
}): object {
  return {
    name: stream,
    subjects: [subject],
    storage: 'file',
    retention: 'interest',
    discard: 'new',
    max_bytes: 1024 ** 3,
    num_replicas: 1,
    duplicate_window: 120 * NANOS_PER_SEC,
  };
}

/** A durable pull consumer, as the contract's are. */
export function consumerConfig(durable: string): object {
  return {
    durable_name: durable,
    ack_policy: 'explicit',
    deliver_policy: 'all',
    ack_wait: 30 * NANOS_PER_SEC,
    max_deliver: -1,
    max_ack_pending: 1_000,
  };
}
