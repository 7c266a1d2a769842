import { Service, SERVICES } from '@countersign/contracts';
import { deleteStore, killBroker, killBrokerOften, stallBroker } from './inject/broker.js';
import { killDatabase, stallDatabase } from './inject/database.js';
import { LONG_OUTAGE_MS, type Fault } from './inject/fault.js';
import { forgeOffer, poison, repeatMessages } from './inject/messages.js';
import { killService, rollingRestart, stallService } from './inject/services.js';
import { skewClocks } from './inject/skew-clock.js';
import { pauseOneOfTwoSchedulers, pauseWorker } from './inject/sleepers.js';

/** The faults that are tried, in this order, each on the platform that the one before left behind. */
export const FAULTS: readonly Fault[] = [
  killService('F1', Service.PolicyEvaluator),
  killService('F3', Service.Scheduler),
  killService('F4', Service.ApprovalService),
  killService('F5', Service.AuditWriter),
  killService('F6', Service.OutputScanner),
  killService('F3', Service.Gateway),
  ...SERVICES.map(stallService),
  killBroker(100),
  killBroker(LONG_OUTAGE_MS),
  stallBroker,
  {
    id: 'F8',
    what: 'nats-server killed, its store deleted, started and set up again',
    kills: 1,
    downMs: 0,
    inject: deleteStore,
  },
  killBrokerOften,
  killDatabase(0),
  killDatabase(LONG_OUTAGE_MS),
  stallDatabase,
  {
    id: 'F15',
    what: 'half of the services 2 h fast and half 2 h slow, then the other way',
    kills: 0,
    inject: skewClocks,
  },
  { id: 'F16', what: 'every message of every service sent 3 times more', kills: 0, inject: repeatMessages },
  {
    id: 'F18',
    what: 'messages that are no jobs: bad JSON, depth 10,000, 1 MB, wrong types',
    kills: 0,
    inject: poison,
  },
  {
    id: 'F22',
    what: 'SIGTERM and start of every service in turn',
    kills: 0,
    downMs: 0,
    inject: rollingRestart,
  },
  { id: 'F24', what: 'a producer publishes an offer', kills: 0, inject: forgeOffer },
  {
    id: 'F25',
    what: 'two schedulers, one of them stopped past the leases it knows, then woken',
    kills: 0,
    inject: pauseOneOfTwoSchedulers,
  },
  { id: 'F25', what: 'a worker stopped past its lease, then woken', kills: 0, inject: pauseWorker },
];
