import { Logger } from '@nestjs/common';
import {
  Audited,
  MAX_PAYLOAD_BYTES,
  parseBody,
  responderUser,
  RESPONDERS,
  serviceUser,
  Subjects,
  type Service,
} from '@countersign/contracts';
import { Bus, type RefusedRequests } from '@countersign/messaging';
import { Database, schemaOf } from '@countersign/persistence';
import { Inbox } from './inbox.js';
import type { Renderers } from './outbox.js';
import { Road } from './road.js';
import { Sweeper } from './sweeper.js';
import type { Sealers } from './work.js';

/** What one service needs to connect: its own broker keys and its own database role. */
export interface ServiceCredentials {
  readonly service: Service;
  readonly databaseUrl: string;
  /** The same as the role that answers requests of callers. Only services that answer any have it. */
  readonly apiDatabaseUrl?: string;
  /** nkey seed of a broker user of this service: itself, or its responder. Asked at each connection: keys rotate. */
  readonly seedOf: (user: string) => string;
  readonly renderers?: Renderers;
  readonly sealers?: Sealers;
  /** Database connections of each role at most. @default 5 */
  readonly poolSize?: number;
}

/** How often unconfirmed sendings are looked for, in milliseconds. */
const RESEND_INTERVAL_MS = 500;
const PRUNE_INTERVAL_MS = 3_600_000;

/** The open connections of one service, and its unit of work over them. */
export interface ServiceConnections {
  readonly service: Service;
  readonly main: Bus;
  /** A second connection, with no right on streams, for answering requests. Only services that answer have it. */
  readonly rpc?: Bus;
  readonly database: Database;
  readonly road: Road;
  readonly sweeper: Sweeper;
  /** Puts requests with a forged reply subject into the audit log. */
  readonly refused: (requests: RefusedRequests) => void;
}

/** Connects one service. Throws when the database can't be reached; the broker is reconnected for ever. */
export async function connectService(
  natsUrl: string,
  credentials: ServiceCredentials,
): Promise<ServiceConnections> {
  const { service } = credentials;
  const logger = new Logger(service);
  const log = {
    info: (message: string, fields?: object) => logger.log({ message, ...fields }),
    warn: (message: string, fields?: object) => logger.warn({ message, ...fields }),
    error: (message: string, fields?: object) => logger.error({ message, ...fields }),
  };
  const connect = (user: string) =>
    Bus.connect({ servers: natsUrl, user, name: user, seed: () => credentials.seedOf(user), log });
  const main = await connect(serviceUser(service));
  const answers = RESPONDERS.some((responder) => responder.service === service);
  const rpc = answers ? await connect(responderUser(service)) : undefined;
  const open = (url: string) =>
    Database.open({
      url,
      schema: schemaOf(service),
      applicationName: `countersign ${service}`,
      poolSize: credentials.poolSize ?? 5,
    });
  const database = await open(credentials.databaseUrl);
  const api = credentials.apiDatabaseUrl === undefined ? undefined : await open(credentials.apiDatabaseUrl);
  const road = new Road(service, database, main, credentials.renderers, api, credentials.sealers);
  const sweeper = new Sweeper(service);
  await road.outbox.adopt();
  sweeper.every('outbox', RESEND_INTERVAL_MS, () => road.outbox.resendDue());
  sweeper.every('inbox', PRUNE_INTERVAL_MS, () => Inbox.prune(database));
  main.subscribe(Subjects.eventAudited.address({ service }), (data) => {
    const parsed = parseBody(Audited, data, MAX_PAYLOAD_BYTES);
    if (parsed.ok) road.confirmations.take(parsed.value);
    else log.warn('an audit confirmation could not be read', { code: parsed.problem.code });
  });
  const refused = ({ subject, reply, count }: RefusedRequests) => {
    const told = { what: 'request', reason_code: 'forged', detail: { subject, reply, count } };
    road
      .run((work) => Promise.resolve(work.refuse({ job_id: null, trace_id: null, ...told })))
      .catch((error: unknown) => log.error('a refusal could not be audited', { error: String(error) }));
  };
  return { service, main, database, road, sweeper, refused, ...(rpc === undefined ? {} : { rpc }) };
}

/** Closes everything: what was committed is published or left to the outbox. */
export async function disconnectService(connections: ServiceConnections): Promise<void> {
  await connections.sweeper.onApplicationShutdown();
  await connections.road.settled();
  await connections.rpc?.close();
  await connections.main.close();
  await connections.road.confirmations.close();
  await connections.road.api?.close();
  await connections.database.close();
}
