import {
  brokerUsers,
  CORE_ACCOUNT,
  hearingsOf,
  membersOf,
  SYSTEM,
  type BrokerUser,
  type Member,
  type Saying,
} from './broker-accounts.js';
import { MAX_PAYLOAD_BYTES } from './limits.js';
import type { Topology } from './topology.js';

/** Where a generated server listens and keeps its data. */
export interface BrokerConfigOptions {
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  /** The public nkey (`U…`) of a user, or several while one takes another's place. */
  readonly publicKeyOf: (user: string) => string | readonly string[];
}

/** The line at which the accounts begin; what stands above it is the server's own. */
const ACCOUNTS = 'accounts {';

/** The nats-server configuration for a topology: accounts, users, exports, imports. */
export function brokerConfig(topology: Topology, options: BrokerConfigOptions): string {
  return [
    '# Generated from the contract; edits below the line `accounts {` are overwritten.',
    `listen: ${q(`${options.host}:${options.port}`)}`,
    `server_name: countersign`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    `jetstream { store_dir: ${q(options.storeDir)} }`,
    ...accountLines(topology, options.publicKeyOf),
  ].join('\n');
}

/**
 * The same configuration with other accounts, so that a running server can read it again: listeners and data folder
 * stay as they are. Throws RangeError when the text is no generated configuration.
 */
export function withAccounts(
  config: string,
  topology: Topology,
  publicKeyOf: BrokerConfigOptions['publicKeyOf'],
): string {
  const lines = config.split('\n');
  const at = lines.indexOf(ACCOUNTS);
  if (at < 0) throw new RangeError('the configuration has no line `accounts {`: it was not generated');
  return [...lines.slice(0, at), ...accountLines(topology, publicKeyOf)].join('\n');
}

function accountLines(topology: Topology, publicKeyOf: BrokerConfigOptions['publicKeyOf']): string[] {
  const users = brokerUsers(topology);
  const members = membersOf(topology);
  const hearings = hearingsOf(members);
  const usersOf = (of: readonly BrokerUser[]) =>
    of.flatMap((user) => [publicKeyOf(user.name)].flat().map((nkey) => userEntry(user, nkey)));
  const section = (name: string, entries: readonly string[]) =>
    entries.length === 0 ? [] : [`    ${name}: [`, ...entries.map((entry) => `      ${entry}`), '    ]'];
  const account = (name: string) => usersOf(users.filter((user) => user.account === name));
  return [
    ACCOUNTS,
    ...['  SYS {', ...section('users', usersOf([SYSTEM])), '  }'],
    ...[`  ${CORE_ACCOUNT} {`, '    jetstream: enabled', ...section('users', account(CORE_ACCOUNT))],
    ...[...section('exports', servicesOf(members)), '  }'],
    ...members.flatMap(({ account: name, says }) => [
      `  ${q(name)} {`,
      ...section('users', account(name)),
      ...section(
        'exports',
        hearings
          .filter(({ from }) => from === name)
          .map(({ subject, to }) => `{ stream: ${q(subject)}, accounts: ${list([to])} }`),
      ),
      ...section('imports', [
        ...says.map(importOf),
        ...hearings
          .filter(({ to }) => to === name)
          .map(({ subject, from }) => `{ stream: { account: ${q(from)}, subject: ${q(subject)} } }`),
      ]),
      '  }',
    ]),
    '}',
    'system_account: SYS',
    '',
  ];
}

const q = (text: string) => JSON.stringify(text);
const list = (items: readonly string[]) => `[${items.map(q).join(', ')}]`;

function userEntry(user: BrokerUser, nkey: string): string {
  const publish = user.publish.length > 0 ? `{ allow: ${list(user.publish)} }` : '{ deny: [">"] }';
  const responses = user.responds ? ', allow_responses: { max: 1, expires: "30s" }' : '';
  return `{ nkey: ${nkey}, permissions: { publish: ${publish}, subscribe: { allow: ${list(user.subscribe)} }${responses} } }`;
}

/** What CORE takes from others. A subject may be exported once only, to all accounts together. */
function servicesOf(members: readonly Member[]): string[] {
  const services = new Map<string, { readonly manyAnswers: boolean; readonly accounts: string[] }>();
  for (const { account, says } of members)
    for (const { subject, manyAnswers = false } of says) {
      const known = services.get(subject) ?? { manyAnswers, accounts: [] };
      known.accounts.push(account);
      services.set(subject, known);
    }
  return [...services].map(([subject, { manyAnswers, accounts }]) => {
    const answers = manyAnswers ? ', response_type: stream' : '';
    return `{ service: ${q(subject)}${answers}, accounts: ${list(accounts)} }`;
  });
}

function importOf({ subject, as, share = false }: Saying): string {
  const to = as === undefined ? '' : `, to: ${q(as)}`;
  return `{ service: { account: ${CORE_ACCOUNT}, subject: ${q(subject)} }${to}${share ? ', share: true' : ''} }`;
}
