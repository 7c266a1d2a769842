import pg from 'pg';
import { DataSource } from 'typeorm';
import { sqlOver, type Sql } from './sql.js';

// bigint as a number: sequences here stay far below 2^53.
pg.types.setTypeParser(20, Number);

/** How a service reaches its part of the database. */
export interface DatabaseOptions {
  readonly url: string;
  /** The service's own schema: the search path, so tables are named without it. */
  readonly schema: string;
  /** Connections at most. @default 5 */
  readonly poolSize?: number;
  readonly applicationName?: string;
}

/** SQLSTATE classes and driver errors that say "not now": nothing is wrong with the message at hand. */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);

/** Whether an error speaks of the infrastructure (connection, shutdown, deadlock), not of the data. */
export function isInfrastructureError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return TRANSIENT_CLASSES.has(code.slice(0, 2));
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return true;
  return (
    error instanceof Error &&
    /connection terminated|connection timeout|timeout exceeded when trying to connect/i.test(error.message)
  );
}

/** One service's database: its schema, its role, its pool. */
export class Database {
  readonly query: Sql['query'];
  readonly insertMany: Sql['insertMany'];
  readonly updateMany: Sql['updateMany'];

  private constructor(private readonly source: DataSource) {
    const sql = sqlOver(<T>(text: string, params: readonly unknown[] = []) =>
      source.query<T[]>(text, [...params]),
    );
    this.query = sql.query;
    this.insertMany = sql.insertMany;
    this.updateMany = async (table, keys, sets, rows, tail) =>
      rows.length === 0 ? [] : this.transaction((tx) => tx.updateMany(table, keys, sets, rows, tail));
  }

  /** Connects. Statements are cut off after 15 s, idle transactions after 30 s. Throws when the server can't be reached. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      synchronize: false,
      installExtensions: false,
      poolSize: options.poolSize ?? 5,
      ...(options.applicationName === undefined ? {} : { applicationName: options.applicationName }),
      extra: {
        connectionTimeoutMillis: 5_000,
        statement_timeout: 15_000,
        idle_in_transaction_session_timeout: 30_000,
        options: `-c search_path=${options.schema}`,
        keepAlive: true,
      },
    });
    await source.initialize();
    return new Database(source);
  }

  /** Runs `work` in one transaction: commits when it resolves, rolls back when it throws. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.connect();
      await runner.startTransaction();
      try {
        const result = await work(
          sqlOver(async <R>(text: string, params: readonly unknown[] = []) => {
            const answer = await runner.query(text, [...params], true);
            return answer.records as R[];
          }),
        );
        await runner.commitTransaction();
        return result;
      } catch (error) {
        await runner.rollbackTransaction().catch((rollback: unknown) => {
          if (!isInfrastructureError(rollback)) throw rollback;
        });
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
