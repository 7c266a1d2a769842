import { startEphemeralPostgres } from '@countersign/infra';
import { Database, sqlOver } from '@countersign/persistence';
import pg from 'pg';
import { describeStore, SUITE_TABLES, type OpenTransaction, type SuiteDatabase } from './store-suite.js';

const SCHEMA = 'suite';

async function open(): Promise<SuiteDatabase> {
  const server = await startEphemeralPostgres();
  const admin = new pg.Client({ connectionString: server.url, options: `-c search_path=${SCHEMA}` });
  await admin.connect();
  await admin.query(`CREATE SCHEMA ${SCHEMA}`);
  for (const table of SUITE_TABLES) await admin.query(table);
  const database = await Database.open({ url: server.url, schema: SCHEMA });
  const clients: pg.Client[] = [];
  const isWaiting = async () => {
    const { rowCount } = await admin.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
    return (rowCount ?? 0) > 0;
  };
  return {
    sql: database,
    transaction: (work) => database.transaction(work),
    begin: async () => {
      const client = new pg.Client({ connectionString: server.url, options: `-c search_path=${SCHEMA}` });
      await client.connect();
      clients.push(client);
      await client.query('BEGIN');
      const opened: OpenTransaction = {
        sql: sqlOver(async <T>(text: string, params: readonly unknown[] = []) => {
          const { rows } = await client.query<pg.QueryResultRow>(text, [...params]);
          return rows as T[];
        }),
        commit: async () => void (await client.query('COMMIT')),
        rollBack: async () => void (await client.query('ROLLBACK')),
      };
      return opened;
    },
    waits: async (statement) => {
      let isOver = false;
      statement.then(
        () => (isOver = true),
        () => (isOver = true),
      );
      // Each look is a round trip to the server, behind the statement that was sent before it.
      for (let looks = 0; looks < 1_000 && !isOver; looks++) if (await isWaiting()) return true;
      return false;
    },
    clear: async () => {
      await admin.query('TRUNCATE things, outbox, inbox, tries, dead_letters');
    },
    close: async () => {
      for (const client of clients) await client.end();
      await admin.end();
      await database.close();
      await server.stop();
    },
  };
}

describeStore('PostgreSQL', open);
