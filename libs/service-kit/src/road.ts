import { Logger } from '@nestjs/common';
import {
  MAX_TRIES,
  type BodyProblem,
  type ConsumerSpec,
  type ReasonCode,
  type Service,
} from '@countersign/contracts';
import { fault } from '@countersign/kernel';
import { ack, retryAfter, type Bus, type Delivery, type Settlement } from '@countersign/messaging';
import { isInfrastructureError, type DatabaseLike, type Sql } from '@countersign/persistence';
import { Confirmations } from './confirmations.js';
import { DeadLetters } from './dead-letters.js';
import { isTrusted, readFact, type Expectation, type Fact } from './fact.js';
import { Inbox } from './inbox.js';
import { Outbox, type Renderers } from './outbox.js';
import { Work, type Pending, type Sealers } from './work.js';

/** Decides about the facts of one batch inside one transaction. */
export type Decide<T> = (work: Work, facts: readonly Fact<T>[]) => Promise<void>;

/** A delivery that is no fact, and why. */
interface Unreadable {
  readonly delivery: Delivery;
  readonly id: string;
  readonly problem: Pick<BodyProblem, 'code' | 'pointer'>;
}

/** Tells which facts of a batch need no transaction, because state shows that they have had their effect. */
export type Settled<T> = (sql: Sql, facts: readonly Fact<T>[]) => Promise<ReadonlySet<Fact<T>>>;

/** What may be done in the name of one tenant, under the role that answers requests. */
export interface TenantRoad {
  /** Reads in one transaction. Row-level security shows it the tenant's rows alone. */
  read<T>(ask: (sql: Sql) => Promise<T>): Promise<T>;
  /** As {@link Road.run}, within the tenant's rows and the role's rights. */
  run<T>(decide: (work: Work) => Promise<T>): Promise<T>;
}

/** Batches of sendings that may be on their way while the next batch is handled. */
const PUBLISHES_IN_FLIGHT = 4;
/** Pause before a message is tried again after its handler failed, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * The unit of work of one service. State, inbox and outbox commit in one transaction; messages are published after
 * the commit and acknowledged only then, so a crash between any two steps repeats a step and changes nothing twice.
 */
export class Road {
  readonly outbox: Outbox;
  readonly confirmations: Confirmations;
  private readonly logger: Logger;
  private readonly inbox: Inbox;
  private readonly deadLetters: DeadLetters;
  private readonly publishing = new Set<Promise<void>>();

  constructor(
    readonly service: Service,
    readonly database: DatabaseLike,
    bus: Pick<Bus, 'publish'>,
    renderers: Renderers = {},
    /** Connected as the role that answers requests; services that answer none have no such role. */
    readonly api?: DatabaseLike,
    private readonly sealers: Sealers = {},
  ) {
    this.logger = new Logger(service);
    this.outbox = new Outbox(service, database, bus, renderers);
    this.confirmations = new Confirmations(this.outbox, (error) =>
      this.logger.warn({ message: 'audit confirmations were lost', error: String(error) }),
    );
    this.inbox = new Inbox(service);
    this.deadLetters = new DeadLetters(service);
  }

  /**
   * Handles one batch of a consumer. A message that can't be read becomes a dead letter at once; one whose handler
   * keeps failing does so after its tries, counted in the database, alone, so that its neighbours go on.
   * Throws only when the infrastructure fails: then the whole batch comes again and nothing is counted.
   */
  async handle<T>(
    consumer: ConsumerSpec,
    expected: Expectation,
    batch: readonly Delivery[],
    decide: Decide<T>,
    settled?: Settled<T>,
  ): Promise<readonly Settlement[]> {
    try {
      await this.attempt(consumer, expected, batch, decide, settled);
      return batch.map(() => ack);
    } catch (error) {
      if (isInfrastructureError(error)) throw error;
      if (batch.length === 1) return [await this.countFailure(consumer, batch[0]!, expected, error)];
      const settlements: Settlement[] = [];
      for (const delivery of batch)
        settlements.push(...(await this.handle(consumer, expected, [delivery], decide, settled)));
      return settlements;
    }
  }

  /** The same guarantee for commands, claims and sweeps: one transaction, its messages published after the commit. */
  async run<T>(decide: (work: Work) => Promise<T>): Promise<T> {
    const { result, pending } = await this.commit(decide);
    await this.publish(pending);
    return result;
  }

  /**
   * The same service for the requests of one tenant. Throws where the service has no role for requests: they are never
   * answered with the rights of its consumers, which see every tenant.
   */
  forTenant(tenant: string): TenantRoad {
    const { api } = this;
    if (api === undefined) throw new Error(`${this.service} has no database role for requests`);
    if (tenant === '') throw new RangeError('a request needs a tenant');
    return {
      read: (ask) => api.transaction(ask, tenant),
      run: async (decide) => {
        const { result, pending } = await this.commit(decide, (work) => api.transaction(work, tenant));
        await this.publish(pending);
        return result;
      },
    };
  }

  /** Waits until everything that was committed is published or left to the outbox. */
  async settled(): Promise<void> {
    await Promise.all(this.publishing);
  }

  private async attempt<T>(
    consumer: ConsumerSpec,
    expected: Expectation,
    batch: readonly Delivery[],
    decide: Decide<T>,
    settled: Settled<T> | undefined,
  ): Promise<void> {
    let facts: Fact<T>[] = [];
    const unreadable: Unreadable[] = [];
    for (const delivery of batch) {
      const read = readFact(delivery, expected);
      if (read.ok) facts.push(read.fact as Fact<T>);
      else unreadable.push({ delivery, ...read });
    }
    if (settled && facts.length > 0) {
      const known = await settled(this.database, facts);
      facts = facts.filter((fact) => !known.has(fact));
    }
    const pending =
      facts.length + unreadable.length > 0
        ? await this.take(consumer, expected, batch, facts, unreadable, decide)
        : [];
    fault('road.after-commit', `${consumer.stream}/${consumer.durable}`);
    await this.publish(pending);
  }

  /** Commits the effects of a batch's facts, and its dead letters. */
  private async take<T>(
    consumer: ConsumerSpec,
    expected: Expectation,
    batch: readonly Delivery[],
    facts: readonly Fact<T>[],
    unreadable: readonly Unreadable[],
    decide: Decide<T>,
  ): Promise<readonly Pending[]> {
    const deliveries = new Map(batch.map((delivery) => [`${delivery.stream}:${delivery.seq}`, delivery]));
    const { pending } = await this.commit(async (work) => {
      const bury = (delivery: Delivery, eventId: string, code: ReasonCode, pointer: string) =>
        this.deadLetters.bury(work, consumer, {
          delivery,
          eventId,
          code,
          pointer,
          tries: 1,
          verified: isTrusted(expected, delivery),
        });
      const { fresh, conflicting } = await this.inbox.admit(work, consumer, facts);
      for (const fact of conflicting) work.deadLetter(fact, 'digest_mismatch');
      if (fresh.length > 0) await decide(work, fresh);
      for (const { delivery, id, problem } of unreadable)
        await bury(delivery, id, problem.code, problem.pointer);
      for (const { fact, code, pointer } of work.givenUp)
        await bury(deliveries.get(`${fact.stream}:${fact.seq}`)!, fact.id, code, pointer);
      fault('road.before-commit', `${consumer.stream}/${consumer.durable}`);
    });
    return pending;
  }

  private async countFailure(
    consumer: ConsumerSpec,
    delivery: Delivery,
    expected: Expectation,
    error: unknown,
  ): Promise<Settlement> {
    const read = readFact(delivery, expected);
    const id = read.ok ? read.fact.id : read.id;
    const { result, pending } = await this.commit(async (work) => {
      const tries = await this.deadLetters.countTry(work, consumer, id, error);
      if (tries >= MAX_TRIES)
        await this.deadLetters.bury(work, consumer, {
          delivery,
          eventId: id,
          code: 'handler_failed',
          pointer: '',
          tries,
          verified: isTrusted(expected, delivery),
        });
      return tries;
    });
    this.logger.error({
      message: 'handler failed',
      consumer: `${consumer.stream}/${consumer.durable}`,
      event: id,
      tries: result,
      error: stackOf(error),
    });
    await this.publish(pending);
    return result >= MAX_TRIES ? ack : retryAfter(RETRY_MS * result);
  }

  private async commit<T>(
    decide: (work: Work) => Promise<T>,
    transaction: DatabaseLike['transaction'] = (work) => this.database.transaction(work),
  ): Promise<{ result: T; pending: readonly Pending[] }> {
    const { result, pending, answered } = await transaction(async (sql: Sql) => {
      const work = new Work(sql, this.service, this.sealers);
      const result = await decide(work);
      // Not waited for: they and the commit travel together.
      void this.outbox.write(sql, work.pending);
      const audited = work.answeredIds.filter((id) => this.confirmations.isAudited(id));
      const others = work.answeredIds.filter((id) => !this.confirmations.isAudited(id));
      void this.outbox.remove(sql, audited);
      void this.outbox.answered(sql, others);
      return { result, pending: work.pending, answered: work.answeredIds };
    });
    this.confirmations.take({ appended: [], answered });
    return { result, pending };
  }

  /** Publishes without holding up the next batch; what fails stays with the outbox. */
  private async publish(pending: readonly Pending[]): Promise<void> {
    if (pending.length === 0) return;
    while (this.publishing.size >= PUBLISHES_IN_FLIGHT) await Promise.race(this.publishing);
    const publishing: Promise<void> = this.outbox
      .publish(pending)
      .catch((error: unknown) =>
        this.logger.warn({ message: 'publish failed, the outbox will repeat it', error: String(error) }),
      )
      .then(() => void this.publishing.delete(publishing));
    this.publishing.add(publishing);
  }
}

const stackOf = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
