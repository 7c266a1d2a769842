import { join } from 'node:path';
import { apiRoleOf, roleOf, schemaOf } from '@countersign/persistence';
import { sourceOf, STREAM_LIST, subjectMatches, type Service } from '@countersign/contracts';
import { newTraceparent, newUlid } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import {
  connectService,
  databaseRolesOf,
  disconnectService,
  readTopology,
  type PlatformConfig,
  type ServiceConnections,
} from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import type { TestServers } from '../../flow/support/servers.js';

/** One service's connections to real servers, its settings, and a look at its tables from outside. */
export interface ServiceRig {
  readonly service: Service;
  readonly connections: ServiceConnections;
  readonly config: PlatformConfig;
  /** The administrator's connection, with the service's schema as its search path. */
  readonly admin: pg.Client;
  rows<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** How many sessions of the service wait for a lock. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

export async function openRig(servers: TestServers, service: Service): Promise<ServiceRig> {
  const urlOf = async (role: string) => {
    const url = new URL(servers.postgres.url);
    url.username = role;
    url.password = await servers.keys.rolePassword(role);
    return url.href;
  };
  const apiRole = databaseRolesOf(service).find((role) => role === apiRoleOf(service));
  const users = new Map<string, string>();
  for (const user of [service, `${service}-rpc`])
    users.set(user, await servers.keys.seedOf(user).catch(() => ''));
  const secrets = await servers.keys.secrets();
  const sealers = APPS.find((app) => app.service === service)?.sealersOf?.(secrets);
  const connections = await connectService(servers.natsUrl, {
    service,
    databaseUrl: await urlOf(roleOf(service)),
    ...(apiRole === undefined ? {} : { apiDatabaseUrl: await urlOf(apiRole) }),
    seedOf: (user) => users.get(user) ?? '',
    ...(sealers === undefined ? {} : { sealers }),
    poolSize: 8,
  });
  const admin = new pg.Client({
    connectionString: servers.postgres.url,
    options: `-c search_path=${schemaOf(service)}`,
  });
  await admin.connect();
  const observer = new pg.Client({ connectionString: servers.postgres.url });
  await observer.connect();
  return {
    service,
    connections,
    admin,
    config: {
      natsUrl: servers.natsUrl,
      topology: await readTopology(join(ROOT, 'config/platform.yaml')),
      policyFiles: [],
      http: { host: '127.0.0.1', port: 0 },
      secrets,
    },
    rows: async <T>(sql: string, params: readonly unknown[] = []) =>
      (await admin.query(sql, [...params])).rows as T[],
    waiting: async () => {
      const { rowCount } = await observer.query(
        `SELECT 1 FROM pg_stat_activity WHERE usename = ANY($1) AND wait_event_type = 'Lock'`,
        [databaseRolesOf(service)],
      );
      return rowCount ?? 0;
    },
    close: async () => {
      await observer.end();
      await admin.end();
      await disconnectService(connections);
    },
  };
}

let seq = 0;

/** A message as a durable consumer hands it over: a new one of its stream at every call. */
export function aDelivery(
  stream: string,
  subject: string,
  type: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Delivery {
  const publisher = STREAM_LIST.find(({ name }) => name === stream)?.publishers.find((one) =>
    subjectMatches(one.subject, subject),
  );
  const all: Record<string, string> = {
    ...(publisher && { 'ce-source': sourceOf(publisher.service) }),
    'ce-id': newUlid(),
    'ce-type': type,
    traceparent: newTraceparent(),
    ...headers,
  };
  return {
    stream,
    seq: ++seq,
    subject,
    data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    storedAtMs: 1_700_000_000_000 + seq,
    deliveries: 1,
    header: (name) => all[name],
  };
}
