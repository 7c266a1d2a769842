export { freePort } from './free-port.js';
export { InfraError } from './infra-error.js';
export type { InfraLog } from './infra-log.js';
export { findNatsServer } from './nats/find-nats-server.js';
export { startNats, type NatsOptions } from './nats/start-nats.js';
export { ADMIN_USER, DATABASE } from './postgres/init-cluster.js';
export {
  startEphemeralPostgres,
  type EphemeralPostgresOptions,
} from './postgres/start-ephemeral-postgres.js';
export { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres/start-postgres.js';
export type { RunningServer, ServerExit } from './server/running-server.js';
