import { randomBytes } from 'node:crypto';
import { DataSource, type MigrationInterface } from 'typeorm';
import pg from 'pg';
import type { Service } from '@countersign/contracts';

/** A service's schema and the migrations that make its tables. */
export interface ServiceMigrations {
  readonly service: Service;
  readonly migrations: readonly (new () => MigrationInterface)[];
}

/** The schema of a service. */
export const schemaOf = (service: Service): string => service.replaceAll('-', '_');
/** The database role of a service. */
export const roleOf = (service: Service): string => `countersign_${schemaOf(service)}`;

/** Any constant: it names the lock under which one process at a time migrates. */
const MIGRATION_LOCK = 7_305_311;

/**
 * Brings the database up to date in one step, under an advisory lock: a role and a schema per service, then each
 * service's migrations. A service's role may use the tables of its own schema and nothing else; it owns none of them.
 * `passwordOf` gives each role's password. Throws with the failing migration's error.
 */
export async function migrate(
  adminUrl: string,
  services: readonly ServiceMigrations[],
  passwordOf: (service: Service) => string = () => randomBytes(24).toString('base64url'),
): Promise<void> {
  const lock = new pg.Client({ connectionString: adminUrl });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await lock.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    for (const service of services)
      await migrateService(lock, adminUrl, service, passwordOf(service.service));
  } finally {
    await lock.end();
  }
}

async function migrateService(
  admin: pg.Client,
  adminUrl: string,
  spec: ServiceMigrations,
  password: string,
): Promise<void> {
  const schema = schemaOf(spec.service);
  const role = roleOf(spec.service);
  const exists = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = exists.rowCount === 0 ? 'CREATE' : 'ALTER';
  await admin.query(
    `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${pg.escapeLiteral(password)}`,
  );
  await admin.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    schema,
    migrations: [...spec.migrations],
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    extra: { options: `-c search_path=${schema}` },
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
  await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  await admin.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`);
}
