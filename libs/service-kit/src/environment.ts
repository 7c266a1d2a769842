import { isAbsolute, join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { responderUser, RESPONDERS, serviceUser } from '@countersign/contracts';
import { apiRoleOf, roleOf } from '@countersign/persistence';
import type { ServiceApp } from './boot.js';
import type { ServiceCredentials } from './connections.js';
import { databaseRolesOf, KeyFolder } from './platform-files.js';
import { LocalCallers, type PlatformConfig } from './tokens.js';
import { followTopology } from './topology-file.js';

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
    description: 'Policy files, and folders of them, separated by commas. Followed while services run.',
    default: 'config/policies/default.yaml',
  },
  policyPin: {
    name: 'COUNTERSIGN_POLICY_PIN',
    description:
      'The one policy that may decide: its digest (sha256:…), or <policy_id>@<policy_version>. Any when not set.',
  },
  environment: {
    name: 'COUNTERSIGN_ENVIRONMENT',
    description: 'What the platform runs as: development, production or another name.',
    default: 'development',
  },
  checkFailMode: {
    name: 'COUNTERSIGN_CHECK_FAIL_MODE',
    description:
      'What a policy check without an answer is taken for: deny or allow. Has to be set outside development, where it is deny.',
  },
  httpConfig: {
    name: 'COUNTERSIGN_HTTP_CONFIG',
    description: 'Who may call the HTTP API: issuers of tokens, proxies, limits of routes.',
    default: 'config/http.yaml',
  },
  approvalsPerTenant: {
    name: 'COUNTERSIGN_APPROVALS_PER_TENANT',
    description: 'Questions about jobs of one tenant that may wait for its reviewers; more are refused.',
    default: '20000',
  },
  approvalsPerAgent: {
    name: 'COUNTERSIGN_APPROVALS_PER_AGENT',
    description: 'Questions about jobs of one agent that may wait for the reviewers; more are refused.',
    default: '1000',
  },
  notifications: {
    name: 'COUNTERSIGN_NOTIFICATIONS',
    description: 'Whom the approval-service tells about approvals: a JSON file. Nobody when not set.',
  },
  scanThreads: {
    name: 'COUNTERSIGN_SCAN_THREADS',
    description: 'Threads that scan results; auto: one less than there are CPUs.',
    default: 'auto',
  },
  scanCpuMs: {
    name: 'COUNTERSIGN_SCAN_CPU_MS',
    description:
      'CPU time that the scan of a result of 1 MiB may take, in milliseconds. What takes more waits for a review.',
    default: '2000',
  },
  quarantineDays: {
    name: 'COUNTERSIGN_QUARANTINE_DAYS',
    description:
      'Days after which a sealed result that nobody has reviewed is withheld, and its bytes are deleted.',
    default: '7',
  },
  host: {
    name: 'COUNTERSIGN_HOST',
    description:
      'Address that HTTP listens on. Off loopback the gateway needs an API key or an issuer; the others refuse.',
    default: '127.0.0.1',
  },
  localCallers: {
    name: 'COUNTERSIGN_LOCAL_CALLERS',
    description:
      'Whether callers on loopback need no credentials. auto: until there is an API key or an issuer; or allow, deny.',
    default: 'auto',
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
    topology: followTopology(path(value(VARIABLES.configFile)), (error) =>
      new Logger('topology').error({ message: 'the topology stays as it was', error: String(error) }),
    ),
    policyFiles: value(VARIABLES.policyFiles)
      .split(',')
      .map((file) => path(file.trim())),
    ...optional('policyPin', value(VARIABLES.policyPin)),
    environment: value(VARIABLES.environment),
    ...optional('checkFailMode', value(VARIABLES.checkFailMode)),
    approvals: {
      perTenant: count(VARIABLES.approvalsPerTenant, value),
      perAgent: count(VARIABLES.approvalsPerAgent, value),
    },
    ...optional(
      'notificationsFile',
      value(VARIABLES.notifications) === '' ? '' : path(value(VARIABLES.notifications)),
    ),
    scan: {
      ...(value(VARIABLES.scanThreads) === 'auto' ? {} : { threads: count(VARIABLES.scanThreads, value) }),
      cpuMsPerMiB: count(VARIABLES.scanCpuMs, value),
      quarantineDays: count(VARIABLES.quarantineDays, value),
    },
    http: {
      host: value(VARIABLES.host),
      port,
      configFile: path(value(VARIABLES.httpConfig)),
      localCallers: localCallers(value(VARIABLES.localCallers)),
    },
    secrets: await keys.secrets(),
  };
  return {
    config,
    keys,
    credentialsOf: async (app) => ({
      ...(await credentials(app, keys, databaseUrl)),
      ...(app.sealersOf === undefined ? {} : { sealers: app.sealersOf(config.secrets) }),
    }),
  };
}

function count(variable: Variable, value: (variable: Variable) => string): number {
  const number = Number(value(variable));
  if (!Number.isInteger(number) || number < 1) throw new RangeError(`${variable.name} is not a count`);
  return number;
}

const optional = <K extends string>(name: K, text: string): { readonly [key in K]?: string } =>
  text === '' ? {} : ({ [name]: text } as { readonly [key in K]: string });

function localCallers(text: string): LocalCallers {
  const value = Object.values(LocalCallers).find((one) => one === text);
  if (value !== undefined) return value;
  throw new RangeError(`${VARIABLES.localCallers.name} is none of ${Object.values(LocalCallers).join(', ')}`);
}

async function credentials(
  app: ServiceApp,
  keys: KeyFolder,
  databaseUrl: string,
): Promise<ServiceCredentials> {
  const urlOf = async (role: string) => {
    const url = new URL(databaseUrl);
    url.username = role;
    url.password = await keys.rolePassword(role);
    return url.href;
  };
  const [role, apiRole] = [roleOf(app.service), apiRoleOf(app.service)];
  const answers = RESPONDERS.some((responder) => responder.service === app.service);
  const users = [serviceUser(app.service), ...(answers ? [responderUser(app.service)] : [])];
  const seeds = new Map(users.map((user) => [user, keys.followSeedOf(user)]));
  return {
    service: app.service,
    databaseUrl: await urlOf(role),
    ...(databaseRolesOf(app.service).includes(apiRole) ? { apiDatabaseUrl: await urlOf(apiRole) } : {}),
    seedOf: (user) => {
      const seed = seeds.get(user);
      if (seed === undefined) throw new RangeError(`no key for ${user}`);
      return seed();
    },
    ...(app.renderers === undefined ? {} : { renderers: app.renderers }),
  };
}
