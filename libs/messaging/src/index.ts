export { Bus } from './bus.js';
export type { BusLog } from './bus-log.js';
export type { BusRequest, RefusedRequests, RequestHandler, RespondOptions } from './bus-request.js';
export type { BusOptions } from './connection.js';
export { createKeys, publicKeyOfSeed } from './create-keys.js';
export {
  ack,
  retryAfter,
  type BatchHandler,
  type ConsumeOptions,
  type Delivery,
  type Settlement,
} from './delivery.js';
export { Consume } from './nest/consume.decorator.js';
export { JetStreamTransport, type ServiceBuses } from './nest/jetstream-transport.js';
export { Respond } from './nest/respond.decorator.js';
export { RethrowRpcFilter } from './nest/rethrow-rpc-filter.js';
export type { Outgoing, PublishOutcome } from './outgoing.js';
export { checkBroker } from './provision/check-broker.js';
export { addPool, removePool } from './provision/pool-consumer.js';
export { provision, type ProvisionOptions } from './provision/provision.js';
export { followSecretFile, readNamedSecret, readSecretFile } from './secret-file.js';
export type { Stoppable } from './stoppable.js';
export { activeTraceparent } from './tracing/active-traceparent.js';
