import { MAX_PAYLOAD_BYTES } from './limits.js';
import {
  AUDIT_CONSUMERS,
  CONSUMERS,
  poolConsumer,
  RESPONDERS,
  Service,
  SERVICES,
  STREAM_LIST,
  type ConsumerSpec,
} from './streams.js';
import { Subjects } from './subjects.js';
import type { PoolSpec, ProducerSpec, Topology } from './topology.js';

/** One identity on the broker and all it may do. Nothing else is allowed. */
export interface BrokerUser {
  readonly name: string;
  readonly account: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer requests that it received, on whatever inbox they name. Such users publish nothing else. */
  readonly responds: boolean;
}

export const CORE_ACCOUNT = 'CORE';
export const producerAccount = (producer: string): string => `P_${producer}`;
export const poolAccount = (pool: string): string => `W_${pool}`;
/** The user that a service reads and publishes as. */
export const serviceUser = (service: Service): string => service;
/** The user that a service answers requests as: a second connection without rights on streams. */
export const responderUser = (service: Service): string => `${service}-rpc`;
export const producerUser = (producer: string): string => `producer-${producer}`;
export const poolUser = (pool: string): string => `pool-${pool}`;
/** The one user that may create streams and consumers; only the setup step uses it. */
export const PROVISIONER_USER = 'provisioner';
/** The private inbox prefix of a user: nobody may read another's replies. */
export const inboxPrefix = (user: string): string => `_INBOX_${user}`;

const infoOf = (c: Pick<ConsumerSpec, 'stream' | 'durable'>) =>
  `$JS.API.CONSUMER.INFO.${c.stream}.${c.durable}`;
const nextOf = (c: Pick<ConsumerSpec, 'stream' | 'durable'>) =>
  `$JS.API.CONSUMER.MSG.NEXT.${c.stream}.${c.durable}`;
const ackOf = (c: Pick<ConsumerSpec, 'stream' | 'durable'>) => `$JS.ACK.${c.stream}.${c.durable}.>`;
const renamed = (subject: string) => subject.replace('$JS.API.', 'CORE.API.');

/** Every identity that the contract knows, with its rights, for a topology. */
export function brokerUsers(topology: Topology): BrokerUser[] {
  return [
    {
      name: PROVISIONER_USER,
      account: CORE_ACCOUNT,
      publish: ['$JS.API.>'],
      subscribe: [`${inboxPrefix(PROVISIONER_USER)}.>`],
      responds: false,
    },
    ...SERVICES.flatMap(serviceUsers),
    ...topology.producers.map((producer): BrokerUser => {
      const name = producerUser(producer.name);
      return {
        name,
        account: producerAccount(producer.name),
        publish: [Subjects.job.filter()],
        subscribe: [`${inboxPrefix(name)}.>`, outputsOf(producer), eventsOf(producer)],
        responds: false,
      };
    }),
    ...topology.pools.map((pool): BrokerUser => {
      const name = poolUser(pool.name);
      const consumer = poolConsumer(pool.name);
      return {
        name,
        account: poolAccount(pool.name),
        publish: [
          renamed(infoOf(consumer)),
          renamed(nextOf(consumer)),
          ackOf(consumer),
          ...poolRequests(pool),
        ],
        subscribe: [`${inboxPrefix(name)}.>`, Subjects.controlStop.address({ pool: pool.name })],
        responds: false,
      };
    }),
  ];
}

function serviceUsers(service: Service): BrokerUser[] {
  const name = serviceUser(service);
  const consumers = [...Object.values(CONSUMERS), ...AUDIT_CONSUMERS].filter((c) => c.service === service);
  const users: BrokerUser[] = [
    {
      name,
      account: CORE_ACCOUNT,
      publish: [
        ...STREAM_LIST.flatMap((stream) =>
          stream.publishers.filter((p) => p.service === service).map((p) => p.subject),
        ),
        ...consumers.flatMap((c) => [infoOf(c), nextOf(c), ackOf(c)]),
        ...RESPONDERS.filter((r) => r.callers.includes(service)).map((r) => r.subject),
      ],
      subscribe: [`${inboxPrefix(name)}.>`, Subjects.eventAudited.address({ service })],
      responds: false,
    },
  ];
  const answers = RESPONDERS.filter((r) => r.service === service).map((r) => r.subject);
  if (answers.length > 0)
    users.push({
      name: responderUser(service),
      account: CORE_ACCOUNT,
      publish: [],
      subscribe: [...answers, `${inboxPrefix(responderUser(service))}.>`],
      responds: true,
    });
  return users;
}

const outputsOf = (p: ProducerSpec) => Subjects.output.filter({ tenant: p.tenant, producer: p.name });
const eventsOf = (p: ProducerSpec) => Subjects.eventJob.filter({ tenant: p.tenant, producer: p.name });
const poolRequests = ({ name: pool }: PoolSpec) => [
  Subjects.claim.address({ pool }),
  Subjects.heartbeat.address({ pool }),
  Subjects.result.filter({ pool }),
];

/** Where a generated server listens and keeps its data. */
export interface BrokerConfigOptions {
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  /** The public nkey (`U…`) of a user. */
  readonly publicKeyOf: (user: string) => string;
}

/** The nats-server configuration for a topology: accounts, users, exports, imports. */
export function brokerConfig(topology: Topology, options: BrokerConfigOptions): string {
  const users = brokerUsers(topology);
  const accounts = [
    CORE_ACCOUNT,
    ...topology.producers.map((p) => producerAccount(p.name)),
    ...topology.pools.map((p) => poolAccount(p.name)),
  ];
  const lines = [
    '# Generated from the contract; edits are overwritten.',
    `listen: ${q(`${options.host}:${options.port}`)}`,
    `server_name: countersign`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    `jetstream { store_dir: ${q(options.storeDir)} }`,
    'accounts {',
    `  SYS { users: [ { nkey: ${options.publicKeyOf('sys')} } ] }`,
  ];
  for (const account of accounts) {
    lines.push(`  ${q(account)} {`);
    if (account === CORE_ACCOUNT) lines.push('    jetstream: enabled');
    lines.push('    users: [');
    for (const user of users.filter((u) => u.account === account))
      lines.push(`      ${userEntry(user, options.publicKeyOf(user.name))}`);
    lines.push('    ]');
    if (account === CORE_ACCOUNT)
      lines.push('    exports: [', ...coreExports(topology).map((e) => `      ${e}`), '    ]');
    const imports = importsOf(account, topology);
    if (imports.length > 0) lines.push('    imports: [', ...imports.map((i) => `      ${i}`), '    ]');
    lines.push('  }');
  }
  lines.push('}', 'system_account: SYS', '');
  return lines.join('\n');
}

const q = (text: string) => JSON.stringify(text);
const list = (items: readonly string[]) => `[${items.map(q).join(', ')}]`;

function userEntry(user: BrokerUser, nkey: string): string {
  const publish = user.publish.length > 0 ? `{ allow: ${list(user.publish)} }` : '{ deny: [">"] }';
  const responses = user.responds ? ', allow_responses: { max: 1, expires: "30s" }' : '';
  return `{ nkey: ${nkey}, permissions: { publish: ${publish}, subscribe: { allow: ${list(user.subscribe)} }${responses} } }`;
}

function coreExports(topology: Topology): string[] {
  return [
    ...topology.producers.flatMap((p) => {
      const to = list([producerAccount(p.name)]);
      return [
        `{ service: ${q(Subjects.jobFrom.filter({ producer: p.name }))}, accounts: ${to} }`,
        `{ stream: ${q(outputsOf(p))}, accounts: ${to} }`,
        `{ stream: ${q(eventsOf(p))}, accounts: ${to} }`,
      ];
    }),
    ...topology.pools.flatMap((pool) => {
      const to = list([poolAccount(pool.name)]);
      const consumer = poolConsumer(pool.name);
      return [
        `{ service: ${q(infoOf(consumer))}, accounts: ${to} }`,
        `{ service: ${q(nextOf(consumer))}, response_type: stream, accounts: ${to} }`,
        `{ service: ${q(ackOf(consumer))}, accounts: ${to} }`,
        ...poolRequests(pool).map((subject) => `{ service: ${q(subject)}, accounts: ${to} }`),
        `{ stream: ${q(Subjects.controlStop.address({ pool: pool.name }))}, accounts: ${to} }`,
      ];
    }),
  ];
}

function importsOf(account: string, topology: Topology): string[] {
  const from = (kind: 'service' | 'stream', subject: string, rest = '') =>
    `{ ${kind}: { account: ${CORE_ACCOUNT}, subject: ${q(subject)} }${rest} }`;
  const producer = topology.producers.find((p) => producerAccount(p.name) === account);
  if (producer)
    return [
      from(
        'service',
        Subjects.jobFrom.filter({ producer: producer.name }),
        `, to: ${q(Subjects.job.filter())}`,
      ),
      from('stream', outputsOf(producer)),
      from('stream', eventsOf(producer)),
    ];
  const pool = topology.pools.find((p) => poolAccount(p.name) === account);
  if (!pool) return [];
  const consumer = poolConsumer(pool.name);
  return [
    from('service', infoOf(consumer), `, to: ${q(renamed(infoOf(consumer)))}`),
    from('service', nextOf(consumer), `, to: ${q(renamed(nextOf(consumer)))}`),
    from('service', ackOf(consumer)),
    ...poolRequests(pool).map((subject) =>
      from('service', subject, subject.startsWith('result.') ? '' : ', share: true'),
    ),
    from('stream', Subjects.controlStop.address({ pool: pool.name })),
  ];
}
