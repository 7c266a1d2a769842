import { setTimeout as delay } from 'node:timers/promises';
import {
  poolUser,
  producerUser,
  PROVISIONER_USER,
  type PoolSpec,
  type ProducerSpec,
} from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { addPool, Bus, removePool } from '@countersign/messaging';
import {
  changeTopology,
  readTopology,
  TOPOLOGY_FRESH_MS,
  type TopologyChange,
} from '@countersign/service-kit';
import { applyAccounts, type BrokerProcess } from './broker-process.js';

/** A running platform, as who operates it changes it. */
export interface Installation extends BrokerProcess {
  /** The file of producers and pools, which the services follow. */
  readonly topologyFile: string;
}

/**
 * Changes a running platform, one step after the other, each of which may be repeated: a command that was interrupted
 * is finished by giving it again.
 */
export class Operator {
  constructor(private readonly installation: Installation) {}

  /** Gives a producer its account and key. Throws `CodedError('already_defined')` when it has other rights already. */
  async addProducer(producer: ProducerSpec): Promise<void> {
    const change = { kind: 'producers', name: producer.name, entry: producer } as const;
    await this.check(change);
    await this.makeKey(producerUser(producer.name));
    // The services know it before it can send anything: what is not known is a dead letter.
    await this.change(change);
    await delay(TOPOLOGY_FRESH_MS);
    await this.apply();
    this.log(`producer ${producer.name} may sign in; its seed is ${producerUser(producer.name)}.nk`);
  }

  /** Takes a producer's account away: its connections are cut, its key is worth nothing, its jobs go on. */
  async removeProducer(name: string): Promise<void> {
    await this.change({ kind: 'producers', name });
    await this.apply();
    await this.installation.keys.keysOf(producerUser(name)).remove();
    this.log(`producer ${name} is gone; jobs of it that are decided go on, others become dead letters`);
  }

  /** Gives a pool its account, key and durable. Throws `CodedError('already_defined')` when it takes other topics already. */
  async addPool(pool: PoolSpec): Promise<void> {
    const change = { kind: 'pools', name: pool.name, entry: pool } as const;
    await this.check(change);
    await this.makeKey(poolUser(pool.name));
    // Its place in the stream comes first: an offer that is made before would wait nowhere.
    await this.provisioning((bus) => addPool(bus, pool.name));
    await this.change(change);
    await this.apply();
    this.log(`pool ${pool.name} may sign in; its seed is ${poolUser(pool.name)}.nk`);
  }

  /**
   * Takes a pool away: its workers are cut off, its durable goes with the offers that wait there. Their jobs are offered
   * anew when the offers expire, to the pool that takes their topic then.
   */
  async removePool(name: string): Promise<void> {
    await this.change({ kind: 'pools', name });
    await this.apply();
    // Until then the scheduler may still make offers to it.
    await delay(TOPOLOGY_FRESH_MS);
    const offers = await this.provisioning((bus) => removePool(bus, name));
    await this.installation.keys.keysOf(poolUser(name)).remove();
    this.log(`pool ${name} is gone with ${offers} offers, whose jobs are offered anew when these expire`);
  }

  /**
   * Gives broker users new keys. The old ones are good for `graceMs` more, in which who holds one takes up the new seed;
   * then connections that still use an old one are cut, and those of the platform's own processes return with the new.
   */
  async rotate(users: readonly string[], graceMs: number, signal?: AbortSignal): Promise<void> {
    const keys = users.map((user) => this.installation.keys.keysOf(user));
    for (const [i, one] of keys.entries())
      if (!one.exists) throw new CodedError('unknown_user', `there is no broker user ${users[i]}`);
    for (const one of keys) await one.prepareNext();
    await this.apply();
    const until = new Date(Date.now() + graceMs);
    for (const one of keys) await one.takeNext(until);
    this.log(
      `new keys of ${users.join(', ')} are in use; the old ones are good until ${until.toISOString()}`,
    );
    await delay(until.getTime() - Date.now() + 1, undefined, signal ? { signal } : {});
    await this.retire();
  }

  /** Has the broker forget every key whose time has passed. */
  async retire(): Promise<void> {
    await this.apply();
    this.log('keys whose time has passed are refused now');
  }

  private async makeKey(user: string): Promise<void> {
    const keys = this.installation.keys.keysOf(user);
    if (!keys.exists) await keys.create();
  }

  /** Refuses what the topology file could not hold, before anything is done. */
  private async check(change: TopologyChange): Promise<void> {
    const { topologyFile } = this.installation;
    const { kind, name, entry } = change;
    await changeTopology(topologyFile, change, { dryRun: true });
    const known = (await readTopology(topologyFile))[kind].find((one) => one.name === name);
    if (known && JSON.stringify(known) !== JSON.stringify(entry))
      throw new CodedError(
        'already_defined',
        `${name} is in ${topologyFile} with other rights; remove it first`,
      );
  }

  private async change(change: TopologyChange): Promise<void> {
    await changeTopology(this.installation.topologyFile, change);
  }

  private async apply(): Promise<void> {
    await applyAccounts(this.installation, await readTopology(this.installation.topologyFile));
  }

  private async provisioning<T>(step: (bus: Bus) => Promise<T>): Promise<T> {
    const { url, keys } = this.installation;
    const user = PROVISIONER_USER;
    const bus = await Bus.connect({ servers: url, user, seed: await keys.seedOf(user), name: user });
    try {
      return await step(bus);
    } finally {
      await bus.close();
    }
  }

  private log(line: string): void {
    this.installation.log(line);
  }
}
