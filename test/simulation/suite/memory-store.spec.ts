import { sqlOver, type Sql } from '@countersign/persistence';
import type { Gate } from '../store/memory-database.js';
import { MemoryDatabase } from '../store/memory-database.js';
import { Schema } from '../store/schema.js';
import { Store } from '../store/tables.js';
import { Blocked, Transaction } from '../store/transaction.js';
import { describeStore, SUITE_TABLES, type OpenTransaction, type SuiteDatabase } from './store-suite.js';

/** Performs each step at once, or when the lock that it waits for is free. */
class OpenGate implements Gate {
  private readonly waiting = new Set<() => boolean>();

  pass<T>(_what: string, perform: () => T): Promise<T> {
    return new Promise((resolve) => {
      const attempt = () => {
        try {
          resolve(perform());
          return true;
        } catch (error) {
          if (error instanceof Blocked) return false;
          throw error;
        }
      };
      if (!attempt()) this.waiting.add(attempt);
      else this.goOn();
    });
  }

  luck(): 'good' {
    return 'good';
  }
  together(): boolean {
    return false;
  }
  opened(): void {
    // Nobody crashes here.
  }
  failed(): void {
    // The caller is told.
  }

  private goOn(): void {
    for (const attempt of [...this.waiting]) if (attempt()) this.waiting.delete(attempt);
  }
}

async function open(): Promise<SuiteDatabase> {
  const schema = await Schema.of([
    { up: async (queries) => void (await Promise.all(SUITE_TABLES.map((table) => queries.query(table)))) },
  ]);
  const gate = new OpenGate();
  let store = new Store(schema, { clockMs: () => Date.now() });
  let database = new MemoryDatabase(store, gate);
  const sql: Sql = sqlOver((text, params) => database.query(text, params));
  return {
    sql,
    transaction: (work) => database.transaction(work),
    begin: () => {
      const transaction = new Transaction(store);
      const run = <T>(text: string, params: readonly unknown[] = []) =>
        gate.pass('statement', () => {
          const execution = { transaction, params, results: new Map<object | string, never>() };
          return transaction.statement(() => schema.statement(text).execute(execution)) as T[];
        });
      const opened: OpenTransaction = {
        sql: sqlOver(run),
        commit: () => gate.pass('commit', () => transaction.commit()),
        rollBack: () => gate.pass('rollback', () => transaction.rollBack()),
      };
      return Promise.resolve(opened);
    },
    waits: async (statement) => {
      const settled = await Promise.race([
        statement.then(() => true),
        new Promise((r) => setImmediate(r, false)),
      ]);
      return settled === false;
    },
    clear: () => {
      store = new Store(schema, { clockMs: () => Date.now() });
      database = new MemoryDatabase(store, gate);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

describeStore('in memory', open);
