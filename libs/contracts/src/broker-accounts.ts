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
import { commonFilter } from './subject.js';
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

/**
 * The account of the streams. No service is in it: a server writes its acknowledgement onto whatever subject a publisher
 * names as reply, and beside the streams that could be a request to purge all of them.
 */
export const CORE_ACCOUNT = 'CORE';
export const serviceAccount = (service: Service): string => `S_${service}`;
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
/** The user that administers the server itself. It sees nothing of what the other accounts say. */
export const SYSTEM_USER = 'sys';
/** The private inbox prefix of a user: nobody may read another's replies. */
export const inboxPrefix = (user: string): string => `_INBOX_${user}`;
/** Under which prefix a user finds the broker's interface to streams: the accounts beside CORE import theirs renamed. */
export const apiPrefixOf = (user: string): string => (user === PROVISIONER_USER ? '$JS.API' : 'CORE.API');

type Durable = Pick<ConsumerSpec, 'stream' | 'durable'>;
const infoOf = (c: Durable) => `$JS.API.CONSUMER.INFO.${c.stream}.${c.durable}`;
const nextOf = (c: Durable) => `$JS.API.CONSUMER.MSG.NEXT.${c.stream}.${c.durable}`;
const ackOf = (c: Durable) => `$JS.ACK.${c.stream}.${c.durable}.>`;
const renamed = (subject: string) => subject.replace('$JS.API.', 'CORE.API.');

/** Something that an account may say into CORE. */
export interface Saying {
  /** As CORE hears it. */
  readonly subject: string;
  /** As the account says it, where that differs. */
  readonly as?: string;
  /** Many answers come to one request. */
  readonly manyAnswers?: boolean;
  /** The request carries who made it, stamped by the server. */
  readonly share?: boolean;
}

/** An account beside CORE with its one user: all that it may say, and all that it hears. */
export interface Member {
  readonly account: string;
  readonly user: string;
  readonly says: readonly Saying[];
  readonly hears: readonly string[];
}

const readerOf = (consumer: Durable): readonly Saying[] => [
  { subject: infoOf(consumer), as: renamed(infoOf(consumer)) },
  { subject: nextOf(consumer), as: renamed(nextOf(consumer)), manyAnswers: true },
  { subject: ackOf(consumer) },
];
/** What workers ask that is the same for every pool. */
const sharedRequests = RESPONDERS.filter(
  ({ callers, subject }) => callers.includes('pool') && !subject.includes('*'),
).map(({ subject }) => subject);

function serviceMember(service: Service): Member {
  const consumers = [...Object.values(CONSUMERS), ...AUDIT_CONSUMERS].filter((c) => c.service === service);
  return {
    account: serviceAccount(service),
    user: serviceUser(service),
    says: [
      ...STREAM_LIST.flatMap((stream) =>
        stream.publishers.filter((p) => p.service === service).map(({ subject }) => ({ subject })),
      ),
      ...consumers.flatMap(readerOf),
      ...RESPONDERS.filter((r) => r.callers.includes(service)).map(({ subject }) => ({ subject })),
    ],
    hears: [Subjects.eventAudited.address({ service })],
  };
}

function producerMember({ name: producer, tenant }: ProducerSpec): Member {
  return {
    account: producerAccount(producer),
    user: producerUser(producer),
    says: [{ subject: Subjects.jobFrom.filter({ producer }), as: Subjects.job.filter() }],
    hears: [Subjects.output.filter({ tenant, producer }), Subjects.eventJob.filter({ tenant, producer })],
  };
}

function poolMember({ name: pool }: PoolSpec): Member {
  return {
    account: poolAccount(pool),
    user: poolUser(pool),
    says: [
      ...readerOf(poolConsumer(pool)),
      { subject: Subjects.claim.address({ pool }), share: true },
      { subject: Subjects.heartbeat.address({ pool }), share: true },
      { subject: Subjects.result.filter({ pool }) },
      ...sharedRequests.map((subject) => ({ subject })),
    ],
    hears: [Subjects.controlStop.address({ pool })],
  };
}

export const membersOf = (topology: Topology): Member[] => [
  ...SERVICES.map(serviceMember),
  ...topology.producers.map(producerMember),
  ...topology.pools.map(poolMember),
];

/** What the administrator may do: ask servers, and hear who connects and what goes wrong. */
export const SYSTEM: BrokerUser = {
  name: SYSTEM_USER,
  account: 'SYS',
  publish: ['$SYS.REQ.>'],
  subscribe: [`${inboxPrefix(SYSTEM_USER)}.>`, '$SYS.ACCOUNT.>', '$SYS.SERVER.>'],
  responds: false,
};

/** Whoever makes streams and consumers; not even it may purge whole accounts or remove servers. */
const PROVISIONER: BrokerUser = {
  name: PROVISIONER_USER,
  account: CORE_ACCOUNT,
  publish: ['$JS.API.INFO', '$JS.API.STREAM.>', '$JS.API.CONSUMER.>'],
  subscribe: [`${inboxPrefix(PROVISIONER_USER)}.>`],
  responds: false,
};

/** Every identity that the contract knows but the server's administrator, with its rights, for a topology. */
export function brokerUsers(topology: Topology): BrokerUser[] {
  return [
    PROVISIONER,
    ...SERVICES.flatMap(responders),
    ...membersOf(topology).map(({ account, user, says, hears }): BrokerUser => ({
      name: user,
      account,
      publish: says.map(({ subject, as }) => as ?? subject),
      subscribe: [`${inboxPrefix(user)}.>`, ...hears],
      responds: false,
    })),
  ];
}

function responders(service: Service): BrokerUser[] {
  const name = responderUser(service);
  const answers = RESPONDERS.filter((r) => r.service === service).map((r) => r.subject);
  if (answers.length === 0) return [];
  const subscribe = [...answers, `${inboxPrefix(name)}.>`];
  return [{ name, account: CORE_ACCOUNT, publish: [], subscribe, responds: true }];
}

/** What one account hears of another: a server hands on no message twice, so from who says it and not from CORE. */
export interface Hearing {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

export function hearingsOf(members: readonly Member[]): Hearing[] {
  return members.flatMap(({ account: to, hears }) =>
    members
      .filter(({ account }) => account !== to)
      .flatMap(({ account: from, says }) =>
        says.flatMap((saying) =>
          hears.flatMap((heard) => {
            const subject = commonFilter(heard, saying.as ?? saying.subject);
            return subject === undefined ? [] : [{ from, to, subject }];
          }),
        ),
      ),
  );
}
