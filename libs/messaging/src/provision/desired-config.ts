import { Service, type ConsumerSpec, type StreamSpec } from '@countersign/contracts';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

/** Largest size of one stream when the operator says nothing: 1 GiB. */
export const DEFAULT_MAX_BYTES = 1024 ** 3;
/** How long the broker remembers message ids, in milliseconds. */
const DUPLICATE_WINDOW_MS = 120_000;
/**
 * The same for jobs, in milliseconds. Producers choose those ids, so a remembered id lets one producer swallow
 * another's job; the broker cannot do without, and an outbox never publishes here twice on purpose.
 */
const JOBS_DUPLICATE_WINDOW_MS = 1_000;
/** How long a delivery may stay unsettled before it is given again, in milliseconds. */
const ACK_WAIT_MS = 6_000;
/** Most unsettled deliveries of one consumer. */
const MAX_ACK_PENDING = 1_000;
/** The same for the auditor, whose batches cover every stream. */
const AUDIT_MAX_ACK_PENDING = 5_000;

/** What the contract wants of a stream. */
export type DesiredStream = Pick<
  StreamConfig,
  | 'name'
  | 'subjects'
  | 'storage'
  | 'retention'
  | 'discard'
  | 'max_bytes'
  | 'max_msgs'
  | 'max_age'
  | 'duplicate_window'
  | 'num_replicas'
  | 'deny_delete'
  | 'deny_purge'
>;

/** What the contract wants of a consumer. */
export type DesiredConsumer = Pick<
  ConsumerConfig,
  | 'durable_name'
  | 'ack_policy'
  | 'deliver_policy'
  | 'replay_policy'
  | 'ack_wait'
  | 'max_deliver'
  | 'max_ack_pending'
  | 'filter_subject'
>;

/** A stream of the contract as the broker is to have it. */
export function desiredStream(spec: StreamSpec, maxBytes: number): DesiredStream {
  return {
    name: spec.name,
    subjects: [...spec.subjects],
    storage: StorageType.File,
    retention: RetentionPolicy.Interest,
    discard: DiscardPolicy.New,
    max_bytes: maxBytes,
    max_msgs: -1,
    max_age: 0,
    duplicate_window: nanos(spec.name === 'JOBS' ? JOBS_DUPLICATE_WINDOW_MS : DUPLICATE_WINDOW_MS),
    num_replicas: 1,
    // An acknowledgement, `{"stream":…,"seq":…}`, lands where its publisher wants, and is a valid request to purge or
    // to delete: a service without any right on a stream could empty it. Nobody needs either.
    deny_delete: true,
    deny_purge: true,
  };
}

/** A consumer of the contract as the broker is to have it. */
export function desiredConsumer(
  spec: Pick<ConsumerSpec, 'durable' | 'filter'> & { readonly service?: Service },
): DesiredConsumer {
  return {
    durable_name: spec.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: -1,
    max_ack_pending: spec.service === Service.AuditWriter ? AUDIT_MAX_ACK_PENDING : MAX_ACK_PENDING,
    ...(spec.filter === undefined ? {} : { filter_subject: spec.filter }),
  };
}
