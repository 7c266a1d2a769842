import { isAbsolute, join, resolve } from 'node:path';
import { responderUser, RESPONDERS, serviceUser } from '@countersign/contracts';
import { roleOf } from '@countersign/persistence';
import type { ServiceApp } from './boot.js';
import type { ServiceCredentials } from './connections.js';
import { KeyFolder, readTopology } from './platform-files.js';
import type { PlatformConfig } from './tokens.js';

/** One variable of the environment that a process reads. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  readonly default?: string;
}

/** Every variable that the services read. The documentation and the deployment files are compared with this table. */
export const VARIABLES = {
  natsUrl: { name: 'NATS_URL', description: 'Where the broker is.', default: 'nats://127.0.0.1:4222' },
  databaseUrl: {
    name: 'DATABASE_URL',
    description:
      'Where PostgreSQL is: host, port and database. Each service puts its own role and password in.',
    default: 'postgres://127.0.0.1:5432/countersign',
  },
  keysDir: {
    name: 'COUNTERSIGN_KEYS_DIR',
    description: 'Folder of keys and passwords, one file each.',
    default: '.countersign/keys',
  },
  configFile: {
    name: 'COUNTERSIGN_CONFIG',
    description: 'Producers and pools.',
    default: 'config/platform.yaml',
  },
  policyFiles: {
    name: 'COUNTERSIGN_POLICIES',
    description: 'Policy files, separated by commas.',
    default: 'config/policies/default.yaml',
  },
  host: {
    name: 'COUNTERSIGN_HOST',
    description: 'Address that HTTP listens on. Only loopback is allowed.',
    default: '127.0.0.1',
  },
  port: {
    name: 'COUNTERSIGN_PORT',
    description: 'Port that HTTP listens on: the API of the gateway, health of every other process.',
    default: '8081',
  },
  logLevel: { name: 'LOG_LEVEL', description: 'fatal, error, warn, log, debug or verbose.', default: 'log' },
  otlp: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description: 'Where traces are sent (OTLP over HTTP). Without it none are made.',
  },
} as const satisfies Record<string, Variable>;

/** A process's settings, read once. Relative paths are taken from `root`. */
export interface Environment {
  readonly config: PlatformConfig;
  readonly keys: KeyFolder;
  credentialsOf(app: ServiceApp): Promise<ServiceCredentials>;
}

/** Reads the environment. Throws with the variable to blame. */
export async function readEnvironment(
  root: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Environment> {
  const value = (variable: Variable) => env[variable.name] || variable.default || '';
  const path = (text: string) => (isAbsolute(text) ? text : resolve(join(root, text)));
  const port = Number(value(VARIABLES.port));
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`${VARIABLES.port.name} is not a port`);
  const keys = await KeyFolder.open(path(value(VARIABLES.keysDir)));
  const databaseUrl = value(VARIABLES.databaseUrl);
  const config: PlatformConfig = {
    natsUrl: value(VARIABLES.natsUrl),
    topology: await readTopology(path(value(VARIABLES.configFile))),
    policyFiles: value(VARIABLES.policyFiles)
      .split(',')
      .map((file) => path(file.trim())),
    http: { host: value(VARIABLES.host), port },
    secrets: await keys.secrets(),
  };
  return {
    config,
    keys,
    credentialsOf: (app) => credentials(app, keys, databaseUrl),
  };
}

async function credentials(
  app: ServiceApp,
  keys: KeyFolder,
  databaseUrl: string,
): Promise<ServiceCredentials> {
  const url = new URL(databaseUrl);
  url.username = roleOf(app.service);
  url.password = await keys.passwordOf(app.service);
  const answers = RESPONDERS.some((responder) => responder.service === app.service);
  const users = [serviceUser(app.service), ...(answers ? [responderUser(app.service)] : [])];
  const seeds = new Map(
    await Promise.all(users.map(async (user) => [user, await keys.seedOf(user)] as const)),
  );
  return {
    service: app.service,
    databaseUrl: url.href,
    seedOf: (user) => {
      const seed = seeds.get(user);
      if (seed === undefined) throw new RangeError(`no key for ${user}`);
      return seed;
    },
    ...(app.renderers === undefined ? {} : { renderers: app.renderers }),
  };
}
