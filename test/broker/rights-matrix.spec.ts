import {
  brokerUsers,
  CONSUMERS,
  RESPONDERS,
  STREAMS,
  subjectMatches,
  Subjects,
  SYSTEM_USER,
} from '@countersign/contracts';
import { createKeys } from '@countersign/messaging';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiCells, contractCells, serverCells, WIDE_FILTERS, type Cell } from './matrix/cells.js';
import { READERS, ROWS, USERS } from './matrix/contract-table.js';
import { heardAs, Prober } from './matrix/try-cells.js';
import { TOPOLOGY, useBroker } from './support/test-broker.js';

const CELLS: readonly Cell[] = [...contractCells(), ...apiCells(), ...serverCells()];
const SUBJECTS = CELLS.map(({ subject }) => subject);

describe('the table of rights', () => {
  it('has a row for every subject, and no other', () => {
    expect(Object.keys(ROWS).sort()).toEqual(Object.keys(Subjects).sort());
  });

  it('has the readers of every stream, and no other', () => {
    expect(Object.keys(READERS).sort()).toEqual(Object.keys(STREAMS).sort());
    const pairs = new Set(Object.values(CONSUMERS).map(({ stream, service }) => `${stream} ${service}`));
    const written = Object.entries(READERS).flatMap(([stream, readers]) =>
      readers.filter((r) => r !== 'audit-writer' && !r.startsWith('pool-')).map((r) => `${stream} ${r}`),
    );
    expect(written.sort()).toEqual([...pairs].sort());
  });

  it('has every identity, and no other', () => {
    const names = [SYSTEM_USER, ...brokerUsers(TOPOLOGY).map(({ name }) => name)];
    expect([...USERS].sort()).toEqual(names.sort());
  });

  it('has a cell for each right that the configuration gives, and for each answer', () => {
    const rights = brokerUsers(TOPOLOGY).flatMap(({ publish, subscribe }) => [...publish, ...subscribe]);
    const untried = [...rights, ...RESPONDERS.map(({ subject }) => subject)].filter(
      (right) => !SUBJECTS.some((subject) => subjectMatches(right, subject)),
    );
    expect(untried).toEqual([]);
  });

  it('names each subject once', () => {
    expect(SUBJECTS.filter((subject, i) => SUBJECTS.indexOf(subject) !== i)).toEqual([]);
  });
});

describe('on a real broker', () => {
  const broker = useBroker();
  const probers = new Map<string, Prober>();
  const prober = (user: string) => {
    const found = probers.get(user);
    if (!found) throw new RangeError(`nobody is called ${user}`);
    return found;
  };
  beforeAll(() => {
    for (const user of broker().users) probers.set(user, new Prober(user, broker().client(user)));
  });

  describe.each(USERS)('%s', (user) => {
    it('may subscribe to what the table says, and to nothing else', async () => {
      const refused = await prober(user).subscribe([...SUBJECTS, ...WIDE_FILTERS]);
      const allowed = [...SUBJECTS, ...WIDE_FILTERS].filter((subject) => !refused.has(subject));
      const wanted = CELLS.filter(({ hears }) => hears.includes(user)).map(({ subject }) => subject);
      expect(allowed).toEqual(wanted);
    });
  });

  // After all subscriptions: what is said now is heard by whoever may.
  describe.each(USERS)('%s', (user) => {
    it('may publish what the table says, and nothing else', async () => {
      const refused = await prober(user).publish(SUBJECTS);
      const allowed = SUBJECTS.filter((subject) => !refused.has(subject));
      const wanted = CELLS.filter(({ says }) => says.includes(user)).map(({ subject }) => subject);
      expect(allowed).toEqual(wanted);
    });
  });

  it('everybody hears what the table says, from whom it says, and nothing else', async () => {
    await Promise.all(broker().users.map((user) => broker().client(user).flush()));
    const wanted = CELLS.flatMap(({ subject, says, hears }) =>
      hears.flatMap((listener) => says.map((speaker) => heardAs(listener, speaker, subject))),
    );
    // The administrator hears the server itself, which says what it wants when it wants.
    const heard = USERS.flatMap((user) => prober(user).heard).filter(({ user }) => user !== SYSTEM_USER);
    const asText = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).sort();
    expect(wanted.length).toBeGreaterThan(20);
    expect(asText(heard)).toEqual(asText(wanted));
  });

  it('all of that has left every stream, consumer and setting as it was', async () => {
    for (const [stream, readers] of Object.entries(READERS)) {
      expect((await broker().manager.streams.info(stream)).config).toMatchObject({
        deny_delete: true,
        deny_purge: true,
      });
      const names: string[] = [];
      for await (const { name } of broker().manager.consumers.list(stream)) names.push(name);
      expect(names.sort()).toEqual([...readers].sort());
    }
  });

  it.each([
    ['no key', undefined],
    ['a key that nobody gave it', createKeys().seed],
  ])('a stranger with %s is not let in', async (_what, seed) => {
    const authenticator =
      seed === undefined ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) };
    await expect(
      connect({ servers: broker().url, reconnect: false, maxReconnectAttempts: 0, ...authenticator }),
    ).rejects.toThrow(/authorization violation/i);
  });

  it('a stranger who names the public key of a service is not let in', async () => {
    const service = createKeys();
    const authenticator = () => ({ nkey: service.publicKey, sig: 'AAAA' });
    await expect(
      connect({ servers: broker().url, reconnect: false, maxReconnectAttempts: 0, authenticator }),
    ).rejects.toThrow(/authorization violation/i);
  });
});
