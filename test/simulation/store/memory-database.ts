import { sqlOver, type Sql } from '@countersign/persistence';
import type { Row, Run } from './frame.js';
import { SqlError } from './sql-error.js';
import type { Store } from './tables.js';
import { Blocked, Transaction } from './transaction.js';

/**
 * What becomes of a step towards the server: nothing special, lost on the way there, its answer lost; or said to be
 * done and not done, which no server does: a defect to plant.
 */
export type Luck = 'good' | 'lost' | 'unanswered' | 'forgotten';

/** Who decides when a step towards the server is taken, and whether it arrives. */
export interface Gate {
  /**
   * Resolves with what `perform` gives, whenever the gate lets it through. Performs again later when it throws
   * `Blocked`; never resolves when the process that asked has died meanwhile.
   */
  pass<T>(what: string, perform: () => T): Promise<T>;
  luck(what: string): Luck;
  /** Whether the statement behind the one just performed arrives with it, as pipelined statements mostly do. */
  together(): boolean;
  opened(transaction: Transaction): void;
  /** Hears what a statement threw. */
  failed(error: unknown): void;
}

interface Waiting {
  readonly what: string;
  readonly perform: () => void;
  readonly fail: (error: unknown) => void;
}

/** A service's database in memory: the same statements over tables that the same migrations made. */
export class MemoryDatabase implements Sql {
  readonly query: Sql['query'];
  readonly insertMany: Sql['insertMany'];
  readonly updateMany: Sql['updateMany'];

  constructor(
    private readonly store: Store,
    private readonly gate: Gate,
  ) {
    const sql = sqlOver(<T>(text: string, params?: readonly unknown[]) => this.alone<T>(text, params));
    this.query = sql.query;
    this.insertMany = sql.insertMany;
    this.updateMany = sql.updateMany;
  }

  /** As the transaction of a service's database. Row-level security is not modelled: the tenant changes nothing. */
  async transaction<T>(work: (sql: Sql) => Promise<T>, _tenant?: string): Promise<T> {
    const line = new Line(this.store, this.gate);
    let result: T;
    try {
      result = await work(line.sql);
    } catch (error) {
      await line.rollBack();
      throw error;
    }
    await line.commit();
    return result;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  private async alone<T>(text: string, params: readonly unknown[] = []): Promise<T[]> {
    const line = new Line(this.store, this.gate);
    const rows = line.sql.query<T>(text, params);
    await line.commit();
    return rows;
  }
}

/** The statements of one transaction, in the order in which they were begun. */
class Line {
  readonly sql: Sql;
  private readonly transaction: Transaction;
  private readonly waiting: Waiting[] = [];
  private isMoving = false;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly store: Store,
    private readonly gate: Gate,
  ) {
    this.transaction = new Transaction(store);
    gate.opened(this.transaction);
    this.sql = sqlOver(<T>(text: string, params?: readonly unknown[]) =>
      this.enqueue(text, () => this.run(text, params ?? []) as T[]),
    );
  }

  async commit(): Promise<void> {
    await this.enqueue('commit', () => {
      if (this.failure) {
        this.transaction.rollBack();
        throw this.failure.error;
      }
      const luck = this.gate.luck('commit');
      if (luck === 'lost' || luck === 'forgotten') this.transaction.rollBack();
      else this.transaction.commit();
      if (luck === 'lost' || luck === 'unanswered')
        throw new SqlError('ECONNRESET', 'the connection broke at the commit');
    });
  }

  rollBack(): Promise<void> {
    return this.enqueue('rollback', () => this.transaction.rollBack());
  }

  private run(text: string, params: readonly unknown[]): Row[] {
    if (this.failure) throw new SqlError('25P02', 'the transaction has failed already');
    if (this.gate.luck('statement') !== 'good') throw new SqlError('57P01', 'the server ends the connection');
    const { transaction, store } = this;
    const run: Run = { transaction, params, results: new Map() };
    const statement = store.schema.statement(text);
    const record = (result: Row[] | string) =>
      store.record({ is: 'statement', transaction, atMs: store.clockMs(), text, params, result });
    try {
      const rows = transaction.statement(() => statement.execute(run));
      record(rows);
      return rows;
    } catch (error) {
      if (error instanceof SqlError) record(error.code);
      throw error;
    }
  }

  private enqueue<T>(what: string, perform: () => T): Promise<T> {
    const done = new Promise<T>((resolve, reject) => {
      const fail = (error: unknown) => {
        this.failure ??= { error };
        this.gate.failed(error);
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const settle = () => {
        try {
          resolve(perform());
        } catch (error) {
          if (error instanceof Blocked) throw error;
          fail(error);
        }
      };
      this.waiting.push({ what, perform: settle, fail });
    });
    // Nobody has to wait for a statement: the commit throws what it threw.
    done.catch(() => undefined);
    if (!this.isMoving) void this.move();
    return done;
  }

  private async move(): Promise<void> {
    this.isMoving = true;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0])
      await this.gate
        .pass(next.what, () => {
          do {
            this.waiting[0]!.perform();
            this.waiting.shift();
          } while (this.waiting.length > 0 && this.gate.together());
        })
        // The gate says so of a deadlock: the statement that waits is the one that fails.
        .catch((error: unknown) => this.waiting.shift()!.fail(error));
    this.isMoving = false;
  }
}
