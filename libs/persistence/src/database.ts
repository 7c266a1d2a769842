import { createHash } from 'node:crypto';
import { fault } from '@countersign/kernel';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { TENANT_SETTING } from './row-security.js';
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
    /connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable/i.test(
      error.message,
    )
  );
}

/**
 * Session settings. Statements here look rows up by keys, so their plans are nested loops over indexes. Said outright,
 * because a prepared statement keeps the plan it got when its tables were empty, and then a scan looks cheaper. They are
 * planned once: a lookup by `= ANY($1)` would be planned again each time, since a list of one looks cheaper than any list,
 * and that takes longer than the lookup (`npm run bench -- approvals`: a fifth of PostgreSQL's CPU time for an approval).
 */
const SETTINGS = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  plan_cache_mode: 'force_generic_plan',
} as const;

const names = new Map<string, string>();

/** The name that a statement is prepared under: parsing and planning cost more than running it on a few rows. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url');
    names.set(text, name);
  }
  return name;
}

/** A client whose socket can hold back what is written until more is. */
type Client = pg.PoolClient & { readonly connection?: pg.Connection };

const corked = new WeakSet<Client>();

/** Lets everything that is sent in this turn of the event loop leave in one write: the server then wakes up once. */
function gather(client: Client): void {
  const stream = client.connection?.stream;
  if (!stream || corked.has(client)) return;
  corked.add(client);
  stream.cork();
  process.nextTick(() => {
    corked.delete(client);
    stream.uncork();
  });
}

async function run<T>(on: Client, text: string, params: readonly unknown[] = []): Promise<T[]> {
  gather(on);
  const { rows } = await on.query<pg.QueryResultRow>({ name: nameOf(text), text, values: [...params] });
  return rows as T[];
}

/** One service's database: its schema, its role, its pool. */
export class Database {
  readonly query: Sql['query'];
  readonly insertMany: Sql['insertMany'];
  readonly updateMany: Sql['updateMany'];

  private constructor(private readonly source: DataSource) {
    const sql = sqlOver(<T>(text: string, params?: readonly unknown[]) =>
      this.withClient(async (client) => {
        fault('database.before-statement');
        const rows = await run<T>(client, text, params);
        fault('database.after-statement');
        return rows;
      }),
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
        options: [['search_path', options.schema], ...Object.entries(SETTINGS)]
          .map(([name, value]) => `-c ${name}=${value}`)
          .join(' '),
        keepAlive: true,
        // Statements of one transaction that do not wait for each other's answers travel together.
        pipeline: true,
      },
    });
    await source.initialize();
    return new Database(source);
  }

  /**
   * Runs `work` in one transaction: commits when it resolves, rolls back when it throws. Statements that are begun
   * together are sent together and run in the order in which they were begun. One that `work` began and did not wait
   * for is part of the transaction all the same: the commit is sent right behind it, and its failure is thrown.
   * With `tenant`, row-level security shows the request-serving role that tenant's rows until the transaction is over.
   */
  async transaction<T>(work: (sql: Sql) => Promise<T>, tenant?: string): Promise<T> {
    return this.withClient(async (client) => {
      const statements = new Statements(client);
      statements.begin(tenant);
      let result: T;
      try {
        result = await work(statements.sql);
      } catch (error) {
        await statements.rollBack();
        throw error;
      }
      await statements.commit();
      return result;
    });
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      return await work((await runner.connect()) as pg.PoolClient);
    } finally {
      await runner.release();
    }
  }
}

const SET_TENANT = `SELECT set_config('${TENANT_SETTING}', $1, true)`;

/** What a {@link Database} does, for whoever has another way of doing it: a simulation keeps its rows in memory. */
export type DatabaseLike = Pick<Database, keyof Database>;

/** The statements of one transaction, sent without waiting for one another's answers unless their caller does. */
class Statements {
  readonly sql: Sql;
  private readonly open = new Set<Promise<unknown>>();
  private failed = false;
  private failure: unknown;

  constructor(private readonly client: pg.PoolClient) {
    this.sql = sqlOver(<T>(text: string, params?: readonly unknown[]) =>
      this.watch(run<T>(client, text, params)),
    );
  }

  begin(tenant: string | undefined): void {
    gather(this.client);
    void this.watch(this.client.query('START TRANSACTION'));
    // Not waited for: should it fail, so does every statement behind it.
    if (tenant !== undefined) void this.sql.query(SET_TENANT, [tenant]);
  }

  /** Throws what the first failed statement threw, or when the server rolled back for another reason. */
  async commit(): Promise<void> {
    gather(this.client);
    fault('database.before-commit');
    const committed = this.watch(this.client.query('COMMIT'));
    await Promise.all(this.open);
    if (this.failed) {
      await this.rollBack();
      throw this.failure;
    }
    // The server answers a commit after a failed statement by rolling back.
    if ((await committed).command !== 'COMMIT') throw new Error('the transaction was rolled back');
    fault('database.after-commit');
  }

  async rollBack(): Promise<void> {
    await Promise.all(this.open);
    await this.client.query('ROLLBACK').catch((error: unknown) => {
      if (!isInfrastructureError(error)) throw error;
    });
  }

  private watch<T>(statement: Promise<T>): Promise<T> {
    const watched: Promise<void> = statement
      .then(
        () => undefined,
        (error: unknown) => {
          if (!this.failed) this.failure = error;
          this.failed = true;
        },
      )
      .then(() => void this.open.delete(watched));
    this.open.add(watched);
    return statement;
  }
}
