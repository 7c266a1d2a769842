import { Subjects } from '@countersign/contracts';
import { POOLS, PRODUCERS, READERS, ROWS, SERVICES, USERS, type Place } from './contract-table.js';

/** One concrete subject, and who may publish and subscribe to it by the contract. */
export interface Cell {
  readonly subject: string;
  readonly says: readonly string[];
  readonly hears: readonly string[];
}

/** The values that are tried for each parameter, one that nobody is called among them. */
const VALUES: Readonly<Record<keyof Place, readonly string[]>> = {
  producer: [
    ...PRODUCERS.map(({ name }) => name),
    'gateway',
    'approval-service',
    'policy-evaluator',
    'nobody',
  ],
  tenant: [...PRODUCERS.map(({ tenant }) => tenant), 'default'],
  pool: [...POOLS, 'nobody'],
  service: [...SERVICES, 'nobody'],
  effect: ['allow', 'require_approval'],
  outcome: ['granted', 'rejected'],
  kind: ['clean', 'quarantined'],
  state: ['accepted', 'completed', 'quarantined'],
  change: ['created', 'revoked'],
};
const ANYWHERE: Place = {
  producer: 'p1',
  tenant: 't1',
  pool: 'a',
  service: 'scheduler',
  effect: 'allow',
  outcome: 'granted',
  kind: 'clean',
  state: 'completed',
  change: 'created',
};

const isParameter = (name: string): name is keyof Place => name in VALUES;

/** Every combination of values for the parameters of a template. */
function places(template: string): Place[] {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter((n) => n !== 'tail');
  let found: Place[] = [ANYWHERE];
  for (const name of names) {
    if (!isParameter(name)) throw new RangeError(`no values for the parameter ${name} of ${template}`);
    found = found.flatMap((place) => VALUES[name].map((value) => ({ ...place, [name]: value })));
  }
  return found;
}

const concrete = (template: string, place: Place) =>
  template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => (isParameter(name) ? place[name] : 'x.y'));

/** The subjects of the contract. Throws when one has no row. */
export function contractCells(): Cell[] {
  return Object.entries(Subjects).flatMap(([name, { template }]) => {
    const row = ROWS[name];
    if (!row) throw new RangeError(`the subject ${name} has no row in the table of rights`);
    return places(template).map((place) => ({
      subject: concrete(template, place),
      says: row.says(place),
      hears: row.hears(place),
    }));
  });
}

/** Requests about a stream that change it, copy it or look into it. */
const STREAM_VERBS = [
  'CREATE',
  'UPDATE',
  'DELETE',
  'PURGE',
  'INFO',
  'SNAPSHOT',
  'RESTORE',
  'MSG.GET',
  'MSG.DELETE',
  'PEER.REMOVE',
  'LEADER.STEPDOWN',
];
const ADMINISTRATOR = ['provisioner'];

/**
 * The broker's own interface to streams and consumers. Readers may look at their durable, pull and
 * acknowledge, under the name that their account imports these as. */
export function apiCells(): Cell[] {
  const cell = (subject: string, says: readonly string[]): Cell => ({ subject, says, hears: [] });
  const streams = Object.entries(READERS).flatMap(([stream, readers]) => {
    const consumers = [...new Set([...readers, ...SERVICES, 'pool-a', 'pool-b', 'nobody'])];
    return [
      ...STREAM_VERBS.map((verb) => cell(`$JS.API.STREAM.${verb}.${stream}`, ADMINISTRATOR)),
      cell(`$JS.API.DIRECT.GET.${stream}`, []),
      cell(`$JS.API.CONSUMER.NAMES.${stream}`, ADMINISTRATOR),
      cell(`$JS.API.CONSUMER.LIST.${stream}`, ADMINISTRATOR),
      cell(`$JS.API.CONSUMER.CREATE.${stream}`, ADMINISTRATOR),
      ...consumers.flatMap((consumer) => {
        const isReader = readers.includes(consumer);
        const reader = isReader ? [consumer] : [];
        const at = `${stream}.${consumer}`;
        return [
          cell(`$JS.API.CONSUMER.INFO.${at}`, ADMINISTRATOR),
          cell(`$JS.API.CONSUMER.MSG.NEXT.${at}`, ADMINISTRATOR),
          cell(`CORE.API.CONSUMER.INFO.${at}`, reader),
          cell(`CORE.API.CONSUMER.MSG.NEXT.${at}`, reader),
          cell(`$JS.ACK.${at}.1.1.1.1700000000000000000.0`, reader),
          cell(`$JS.API.CONSUMER.CREATE.${at}`, ADMINISTRATOR),
          cell(`$JS.API.CONSUMER.CREATE.${at}.x`, ADMINISTRATOR),
          cell(`$JS.API.CONSUMER.DURABLE.CREATE.${at}`, ADMINISTRATOR),
          cell(`$JS.API.CONSUMER.DELETE.${at}`, ADMINISTRATOR),
          cell(`CORE.API.CONSUMER.DELETE.${at}`, []),
          cell(`CORE.API.CONSUMER.DURABLE.CREATE.${at}`, []),
        ];
      }),
    ];
  });
  const whole = ['INFO', 'STREAM.NAMES', 'STREAM.LIST', 'STREAM.CREATE.EVIL'];
  return [
    ...streams,
    ...whole.map((name) => cell(`$JS.API.${name}`, ADMINISTRATOR)),
    // The first deletes every stream of an account, its own or not.
    cell('$JS.API.ACCOUNT.PURGE.CORE', []),
    cell('$JS.API.SERVER.REMOVE', []),
    cell('$JS.API.META.LEADER.STEPDOWN', []),
    cell('CORE.API.INFO', []),
    cell('CORE.API.STREAM.PURGE.DISPATCH', []),
    cell('$JS.FC.JOBS.x', []),
  ];
}

/** The server's own subjects, and everybody's inbox. */
export function serverCells(): Cell[] {
  const system = (subject: string, hears: readonly string[], says: readonly string[]) => ({
    subject,
    says,
    hears,
  });
  return [
    system('$SYS.REQ.SERVER.PING', [], ['sys']),
    system('$SYS.REQ.SERVER.PING.VARZ', [], ['sys']),
    system('$SYS.REQ.ACCOUNT.CORE.CONNZ', [], ['sys']),
    system('$SYS.REQ.USER.INFO', [], ['sys']),
    system('$SYS.ACCOUNT.CORE.CONNECT', ['sys'], []),
    system('$SYS.SERVER.ACCOUNT.CORE.CONNS', ['sys'], []),
    system('$JS.EVENT.ADVISORY.API', [], []),
    system('_INBOX.anybody.1', [], []),
    system('_INBOX_nobody.1', [], []),
    system('_R_.abcdef.1', [], []),
    ...USERS.map((user) => system(`_INBOX_${user}.1.2`, [user], [])),
  ];
}

/** Subscriptions to many subjects at once: wider than anybody's right, so nobody may. */
export const WIDE_FILTERS: readonly string[] = [
  '>',
  '*',
  '*.>',
  '*.*',
  '*.*.>',
  'from.>',
  'from.p1.job.>',
  'job.>',
  'decision.>',
  'approval.>',
  'dispatch.>',
  'dispatch.a.>',
  'result.>',
  'verdict.>',
  'output.>',
  'output.t1.>',
  'output.*.p1.>',
  'event.>',
  'event.job.>',
  'event.job.t1.>',
  'event.job.*.p1.*',
  'event.audit.appended.*',
  'control.>',
  'control.stop.*',
  'query.>',
  'command.>',
  '_INBOX.>',
  '_INBOX_*.>',
  '*.1.2',
  '_R_.>',
  '$JS.>',
  '$JS.ACK.>',
  '$JS.API.>',
  'CORE.>',
  '$SYS.>',
  '$SYS.REQ.>',
];
