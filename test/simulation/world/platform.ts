import { AUDIT_CONSUMERS, CONSUMERS, Header, poolConsumer, Service } from '@countersign/contracts';
import { newTraceparent } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import type { DatabaseLike } from '@countersign/persistence';
import { Road } from '@countersign/service-kit';
import { MemoryDatabase, type Gate } from '../store/memory-database.js';
import { Schema } from '../store/schema.js';
import { Store, type Commit, type Recorded } from '../store/tables.js';
import type { Row } from '../store/frame.js';
import { Transaction } from '../store/transaction.js';
import { MemoryBus, type StoredMessage } from './memory-bus.js';
import { BLUEPRINTS, Question, SIMULATED, type Handlers, type Simulated, type Task } from './services.js';
import { CONFIG } from './settings.js';
import { Process, type Action, type World } from './world.js';

/** How often unconfirmed sendings are looked for, in milliseconds. */
const RESEND_INTERVAL_MS = 500;
/** Processes of each service: two of the scheduler, so that each may meet the other's locks and leftovers. */
const PROCESSES: readonly Simulated[] = [...SIMULATED, Service.Scheduler];

export type Schemas = Readonly<Record<Simulated, Schema>>;

/** Runs every service's own migrations. Once for all days. */
export async function readSchemas(): Promise<Schemas> {
  const entries = await Promise.all(
    SIMULATED.map(async (service) => [service, await Schema.of(BLUEPRINTS[service].migrations())] as const),
  );
  return Object.fromEntries(entries) as Record<Simulated, Schema>;
}

/** Who is told of what becomes visible. */
export interface Observer {
  committed(service: Simulated, changes: Commit): void;
  stored(message: StoredMessage): void;
  /** Hears of each statement, when somebody wants to. */
  recorded?(service: Simulated, recorded: Recorded): void;
}

interface Timed {
  readonly task: Task;
  nextAtMs: number;
  isRunning: boolean;
}

interface Running {
  readonly service: Simulated;
  readonly process: Process;
  readonly road: Road;
  readonly handlers: Handlers;
  readonly tasks: Timed[];
}

/** Puts another gate, database or message in the place of the usual one: how defects are planted. */
export interface Sabotage {
  readonly database?: (service: Simulated, database: MemoryDatabase) => DatabaseLike;
  readonly gate?: (gate: Gate) => Gate;
  readonly delivery?: (service: Simulated, delivery: Delivery, platform: Platform) => Delivery;
}

/** The services' processes over their databases and the broker, all in memory. */
export class Platform {
  readonly bus: MemoryBus;
  readonly stores: Readonly<Record<Simulated, Store>>;
  private readonly slots: (Running | undefined)[];
  private generations = 0;

  constructor(
    readonly world: World,
    schemas: Schemas,
    observer: Observer,
    private readonly sabotage: Sabotage = {},
  ) {
    this.bus = new MemoryBus(world, (message) => observer.stored(message));
    const storeOf = (service: Simulated) =>
      new Store(schemas[service], {
        clockMs: () => world.nowMs,
        arrange: (rows) => (rows.length > 1 && world.random.chance(0.2) ? rows.reverse() : rows),
        committed: (changes) => observer.committed(service, changes),
        ...(observer.recorded && { record: (recorded) => observer.recorded?.(service, recorded) }),
      });
    this.stores = Object.fromEntries(SIMULATED.map((service) => [service, storeOf(service)])) as Record<
      Simulated,
      Store
    >;
    for (const consumer of Object.values(CONSUMERS))
      if (consumer.service in this.stores) this.bus.provide(consumer);
    for (const consumer of AUDIT_CONSUMERS) this.bus.provide(consumer);
    for (const { name } of CONFIG.topology.pools) this.bus.provide(poolConsumer(name));
    this.slots = PROCESSES.map((service) => this.start(service));
  }

  get running(): readonly Running[] {
    return this.slots.filter((slot) => slot !== undefined);
  }

  rowsOf(service: Simulated, table: string): readonly Row[] {
    return this.stores[service].rowsOf(table);
  }

  /** Tells the processes of a service what the audit log has stored; whoever is away does not hear it. */
  confirm(service: string, appended: readonly string[], answered: readonly string[]): void {
    for (const one of this.running)
      if (one.service === service && !this.world.strikes('confirmation lost'))
        one.road.confirmations.take({ appended: [...appended], answered: [...answered] });
  }

  /** Asks one process of a service; the answer may be lost, and then nothing is heard. */
  ask(
    service: Simulated,
    question: Question,
    subject: string,
    body: object,
    hear: (answer: unknown) => void,
  ): void {
    const candidates = this.running.filter((one) => one.service === service);
    if (candidates.length === 0 || this.world.strikes('request lost')) return;
    const one = this.world.random.pick(candidates);
    const answer = one.handlers.answers[question];
    if (answer === undefined) throw new RangeError(`${service} answers no ${question}`);
    const headers: Record<string, string> = { [Header.Traceparent]: newTraceparent() };
    const request = {
      subject,
      data: Buffer.from(JSON.stringify(body)),
      header: (name: string) => headers[name],
    };
    answer([request]).then(
      ([reply]) => {
        if (one.process.isAlive && !this.world.strikes('reply lost')) hear(reply);
      },
      (error: unknown) => this.world.note(`${one.process.name} answers nothing: ${String(error)}`),
    );
  }

  /** What the platform may do next by itself. */
  actions(): Action[] {
    const actions = this.bus.actions();
    for (const [index, slot] of this.slots.entries())
      if (slot === undefined)
        actions.push({ what: `${PROCESSES[index]!} starts`, weight: 1, run: () => this.restart(index) });
      else actions.push(...this.dueTasks(slot));
    return actions;
  }

  /** Ends one of the processes. */
  crashOne(): void {
    const index = this.world.random.below(this.slots.length);
    const slot = this.slots[index];
    if (slot === undefined) return;
    this.world.note(`${slot.process.name} crashes`);
    this.world.crash(slot.process);
    this.bus.release(slot.process);
    this.slots[index] = undefined;
  }

  /** Reads every table whole, for those who compare. */
  readAll(): void {
    for (const service of SIMULATED) {
      const { schema } = this.stores[service];
      for (const table of schema.tables.keys()) {
        const transaction = new Transaction(this.stores[service]);
        const [text, params] = [`SELECT * FROM ${table}`, []];
        const result = schema.statement(text).execute({ transaction, params, results: new Map() });
        this.stores[service].record({
          is: 'statement',
          transaction,
          atMs: this.world.nowMs,
          text,
          params,
          result,
        });
        transaction.commit();
      }
    }
  }

  /** Starts whoever is away. */
  reviveAll(): void {
    for (const [index, slot] of this.slots.entries()) if (slot === undefined) this.restart(index);
  }

  private restart(index: number): void {
    this.slots[index] = this.start(PROCESSES[index]!);
  }

  private start(service: Simulated): Running {
    const process = new Process(service, ++this.generations);
    const usual = this.world.gateOf(process);
    const memory = new MemoryDatabase(this.stores[service], this.sabotage.gate?.(usual) ?? usual);
    const database = this.sabotage.database?.(service, memory) ?? memory;
    const { renderers, sealers, open } = BLUEPRINTS[service];
    const road = new Road(service, database, this.bus.publisherOf(process), renderers, database, sealers);
    const handlers = open(road);
    const { delivery: change } = this.sabotage;
    for (const [consumer, handler] of handlers.reads)
      this.bus.read(process, consumer, (batch) =>
        handler(change ? batch.map((delivery) => change(service, delivery, this)) : batch),
      );
    const own: Task = { name: 'outbox', intervalMs: RESEND_INTERVAL_MS, run: () => road.outbox.resendDue() };
    const tasks = [own, ...handlers.tasks].map((task) => ({ task, nextAtMs: 0, isRunning: false }));
    road.outbox
      .adopt()
      .catch((error: unknown) => this.world.note(`${service} adopts nothing: ${String(error)}`));
    return { service, process, road, handlers, tasks };
  }

  private dueTasks({ service, process, tasks }: Running): Action[] {
    const { world } = this;
    return tasks
      .filter((timed) => !timed.isRunning && timed.nextAtMs <= world.nowMs)
      .filter(({ task }) => (world.isStorm ? true : this.hasDue(service, task.name)))
      .map((timed) => ({
        what: `${process.name} looks for ${timed.task.name}`,
        weight: world.isStorm ? 0.15 : 2,
        run: () => {
          timed.isRunning = true;
          const rest = () => {
            timed.isRunning = false;
            timed.nextAtMs = world.nowMs + timed.task.intervalMs;
          };
          timed.task.run().then(rest, rest);
        },
      }));
  }

  /** Whether a look would find something: in the calm, looks that find nothing are left out. */
  private hasDue(service: Simulated, task: string): boolean {
    const { nowMs } = this.world;
    if (task === 'outbox')
      return this.rowsOf(service, 'outbox').some((row) => Number(row['next_send_at']) <= nowMs);
    if (task === 'dead letters') return this.rowsOf(service, 'dead_jobs').length > 0;
    return this.dueTimes(service).some((at) => at <= nowMs);
  }

  /** When stored state asks to be looked at, in milliseconds; past times included. */
  dueTimes(service: Simulated): number[] {
    const times = (table: string, column: string, states?: readonly string[]) =>
      this.rowsOf(service, table).flatMap((row) =>
        row[column] === null || (states && !states.includes(String(row['state'])))
          ? []
          : [Number(row[column])],
      );
    if (service === Service.ApprovalService) return times('approvals', 'expires_at', ['PENDING']);
    if (service !== Service.Scheduler) return [];
    return [
      ...times('jobs', 'offer_due_at', ['SCHEDULED', 'THROTTLED']),
      ...times('jobs', 'deadline', ['PENDING_APPROVAL', 'THROTTLED', 'SCHEDULED', 'DISPATCHED']),
      ...times('attempts', 'offer_expires_at', ['OFFERED']),
      ...times('attempts', 'lease_expires_at', ['RUNNING']),
      ...times('pending_facts', 'retry_at'),
    ];
  }
}
