import { migrate, schemaOf, type ServiceMigrations } from '@countersign/persistence';
import pg from 'pg';
import type { Recorded } from '../store/tables.js';
import type { Transaction } from '../store/transaction.js';

/** Functions of these names come before the server's own: its clock is then the simulation's. */
const CLOCK = [
  'CREATE SCHEMA simulated',
  ...[
    ['now', 'simulated.now'],
    ['clock_timestamp', 'simulated.clock'],
  ].map(
    ([name, setting]) =>
      `CREATE FUNCTION simulated.${name}() RETURNS timestamptz STABLE LANGUAGE sql
       AS $$ SELECT to_timestamp(current_setting('${setting}')::float8 / 1000) $$`,
  ),
];
const DEFAULTS = `
  SELECT table_name, column_name, column_default FROM information_schema.columns
   WHERE table_schema = $1 AND column_default LIKE '%now()%'`;
/** A statement that waits here has waited for nobody in memory: that is a difference, not a reason to wait. */
const LOCK_TIMEOUT_MS = 300;

/** A statement that does not do in PostgreSQL what it does in memory. */
export interface Difference {
  readonly text: string;
  readonly params: readonly unknown[];
  readonly inMemory: unknown;
  readonly inPostgres: unknown;
}

/** Does again in PostgreSQL, one after the other, what the transactions of a simulation did in memory. */
export class PostgresReplay {
  private readonly open = new Map<Transaction, pg.Client>();
  private readonly idle: pg.Client[] = [];
  readonly differences: Difference[] = [];
  statements = 0;

  private constructor(
    private readonly url: string,
    private readonly schema: string,
    private readonly admin: pg.Client,
  ) {}

  /** Runs the service's migrations on a server of its own, with the simulation's clock in the place of the server's. */
  static async open(url: string, migrations: ServiceMigrations): Promise<PostgresReplay> {
    await migrate(url, [migrations]);
    const schema = schemaOf(migrations.service);
    const admin = new pg.Client({ connectionString: url, options: `-c search_path=${schema},simulated` });
    await admin.connect();
    const exists = await admin.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'simulated'`);
    if (exists.rowCount === 0) for (const statement of CLOCK) await admin.query(statement);
    const { rows } = await admin.query<{ table_name: string; column_name: string; column_default: string }>(
      DEFAULTS,
      [schema],
    );
    for (const { table_name, column_name, column_default } of rows)
      await admin.query(
        `ALTER TABLE ${table_name} ALTER ${column_name} SET DEFAULT ${column_default.replaceAll('now()', 'simulated.now()')}`,
      );
    const tables = await admin.query<{ tablename: string }>(
      'SELECT tablename FROM pg_tables WHERE schemaname = $1',
      [schema],
    );
    // What triggers write or refuse is no statement of a service, and the tables have to be emptied between simulations.
    for (const { tablename } of tables.rows)
      await admin.query(`ALTER TABLE ${tablename} DISABLE TRIGGER USER`);
    return new PostgresReplay(url, schema, admin);
  }

  /** Empties all tables for the next simulation. */
  async clear(): Promise<void> {
    const { rows } = await this.admin.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'schema_migrations'`,
      [this.schema],
    );
    await this.admin.query(`TRUNCATE ${rows.map((row) => row.tablename).join(', ')}`);
  }

  async repeat(recorded: Recorded): Promise<void> {
    const client = await this.clientOf(recorded.transaction);
    if (recorded.is !== 'statement') {
      await client.query(recorded.is);
      this.open.delete(recorded.transaction);
      this.idle.push(client);
      return;
    }
    this.statements++;
    await client
      .query(`SELECT set_config('simulated.clock', $1, true)`, [String(recorded.atMs)])
      .catch(() => undefined);
    const { text, params, result: inMemory } = recorded;
    const inPostgres = await client.query<Record<string, unknown>>(text, [...params]).then(
      ({ rows }) => rows,
      (error: { readonly code?: string }) => error.code ?? 'no SQLSTATE',
    );
    if (comparable(inMemory) !== comparable(inPostgres))
      this.differences.push({ text, params, inMemory, inPostgres });
  }

  async close(): Promise<void> {
    for (const client of [...this.open.values(), ...this.idle, this.admin]) await client.end();
  }

  private async clientOf(transaction: Transaction): Promise<pg.Client> {
    let client = this.open.get(transaction);
    if (client) return client;
    client = this.idle.pop();
    if (!client) {
      client = new pg.Client({
        connectionString: this.url,
        options: `-c search_path=${this.schema},simulated,pg_catalog -c lock_timeout=${LOCK_TIMEOUT_MS}`,
      });
      await client.connect();
    }
    this.open.set(transaction, client);
    await client.query('BEGIN');
    await client.query(`SELECT set_config('simulated.now', $1, true)`, [String(transaction.startedAtMs)]);
    return client;
  }
}

/** Rows come in any order; a boolean of `EXISTS` and a number are what they are. */
function comparable(result: unknown): string {
  if (typeof result === 'string' || !Array.isArray(result)) return String(result);
  return result
    .map((row: Record<string, unknown>) =>
      JSON.stringify(
        Object.entries(row).sort(([left], [right]) => (left < right ? -1 : 1)),
        (_name, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
      ),
    )
    .sort()
    .join('\n');
}
