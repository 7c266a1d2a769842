export {
  connectService,
  disconnectService,
  type ServiceConnections,
  type ServiceCredentials,
} from './connections.js';
export { readFact, type Expectation, type Fact, type ReadFact } from './fact.js';
export { ANSWERED, AUDITED, type Renderers } from './outbox.js';
export { answerByTenant } from './answer-by-tenant.js';
export { leaveToOutbox } from './leave-to-outbox.js';
export { Road, type Decide, type TenantRoad } from './road.js';
export { RoadModule } from './road.module.js';
export { Sweeper } from './sweeper.js';
export { HealthDetails } from './health-details.js';
export {
  busOf,
  HEALTH_DETAILS,
  LocalCallers,
  PLATFORM_CONFIG,
  roadOf,
  sweeperOf,
  type PlatformConfig,
} from './tokens.js';
export { Work, type Emission, type Sealers } from './work.js';
export { bootServices, isLoopbackHost, stopOnSignal, type RunningServices, type ServiceApp } from './boot.js';
export { readEnvironment, VARIABLES, type Environment, type Variable } from './environment.js';
export { databaseRolesOf, KeyFolder } from './platform-files.js';
export {
  changeTopology,
  followTopology,
  readTopology,
  TOPOLOGY_FRESH_MS,
  type TopologyChange,
} from './topology-file.js';
export { shutdownTelemetry } from './telemetry.js';
