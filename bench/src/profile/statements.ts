import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from '@countersign/persistence';

/** Most statements in the report. */
const TOP = 60;

const PRELOAD = `ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`;
const SETTINGS = [
  `ALTER SYSTEM SET pg_stat_statements.track_planning = on`,
  `ALTER SYSTEM SET track_io_timing = on`,
];

/** Asks a server to count its statements. It must be started again before {@link beginStatements}. */
export async function preloadStatements(adminUrl: string): Promise<void> {
  await withDatabase(adminUrl, (database) => database.query(PRELOAD));
}

/** Begins to count. */
export async function beginStatements(adminUrl: string): Promise<void> {
  await withDatabase(adminUrl, async (database) => {
    for (const setting of SETTINGS) await database.query(setting);
    await database.query('SELECT pg_reload_conf()');
    await database.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  });
}

/** Writes what was counted: the statements that took most time, planning included. */
export async function writeStatements(adminUrl: string, folder: string, name: string): Promise<void> {
  const rows = await withDatabase(adminUrl, (database) =>
    database.query(
      `SELECT r.rolname AS role, s.calls, round((s.total_exec_time + s.total_plan_time)::numeric, 1) AS total_ms,
              round(s.total_plan_time::numeric, 1) AS plan_ms, s.rows, s.shared_blks_hit AS hits,
              s.shared_blks_dirtied AS dirtied, s.wal_bytes::bigint AS wal_bytes,
              regexp_replace(s.query, '\\s+', ' ', 'g') AS query
         FROM pg_stat_statements s LEFT JOIN pg_roles r ON r.oid = s.userid
        ORDER BY s.total_exec_time + s.total_plan_time DESC LIMIT ${TOP}`,
    ),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}-statements.json`), `${JSON.stringify(rows, null, 1)}\n`);
}

async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await Database.open({ url, schema: 'public', poolSize: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
