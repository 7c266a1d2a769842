import { randomBytes } from 'node:crypto';
import { DataSource, type MigrationInterface } from 'typeorm';
import pg from 'pg';
import type { Service } from '@countersign/contracts';
import { apiRoleOf, roleOf, schemaOf } from './roles.js';

/** Rights by table, each as `GRANT` takes them, e.g. `SELECT, UPDATE (state)`. */
export type Rights = Readonly<Record<string, string>>;

/** A service's schema and the migrations that make its tables. */
export interface ServiceMigrations {
  readonly service: Service;
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** What the role that answers requests may do, where the service has one. Tables not named are out of its reach. */
  readonly api?: Rights;
  /** What the service's own role may do with tables in which it may not do everything. */
  readonly restricted?: Rights;
}

/** Any constant: it names the lock under which one process at a time migrates. */
const MIGRATION_LOCK = 7_305_311;
const MIGRATIONS_TABLE = 'schema_migrations';

/**
 * Brings the database up to date in one step, under an advisory lock: roles and a schema per service, then each
 * service's migrations, then the rights. The roles use the tables of their own schema and nothing else; they own none
 * of them, make none of their own, and no row-level security is theirs to pass. `passwordOf` gives each role's password. Throws with the failing
 * migration's error.
 */
export async function migrate(
  adminUrl: string,
  services: readonly ServiceMigrations[],
  passwordOf: (role: string) => string = () => randomBytes(24).toString('base64url'),
): Promise<void> {
  const lock = new pg.Client({ connectionString: adminUrl });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await lock.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    for (const service of services) await migrateService(lock, adminUrl, service, passwordOf);
    await revokeTemporary(lock, services.flatMap(rolesOf));
  } finally {
    await lock.end();
  }
}

async function migrateService(
  admin: pg.Client,
  adminUrl: string,
  spec: ServiceMigrations,
  passwordOf: (role: string) => string,
): Promise<void> {
  const schema = schemaOf(spec.service);
  // Before the migrations, whose policies name them.
  for (const role of rolesOf(spec)) await ensureRole(admin, role, passwordOf(role));
  await admin.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    schema,
    migrations: [...spec.migrations],
    migrationsTableName: MIGRATIONS_TABLE,
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
  await grantRights(admin, spec);
}

const rolesOf = ({ service, api }: ServiceMigrations) => [
  roleOf(service),
  ...(api === undefined ? [] : [apiRoleOf(service)]),
];

/** Nobody makes temporary tables, which no policy guards and which every search path finds first. */
async function revokeTemporary(admin: pg.Client, roles: readonly string[]): Promise<void> {
  const { rows } = await admin.query<{ name: string }>('SELECT current_database() AS name');
  const database = pg.escapeIdentifier(rows[0]!.name);
  await admin.query(`REVOKE TEMPORARY ON DATABASE ${database} FROM ${['PUBLIC', ...roles].join(', ')}`);
}

async function ensureRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const exists = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = exists.rowCount === 0 ? 'CREATE' : 'ALTER';
  await admin.query(
    `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION
       PASSWORD ${pg.escapeLiteral(password)}`,
  );
}

/** Gives both roles exactly their rights, whatever they had, in one transaction: services may be at work. */
async function grantRights(admin: pg.Client, spec: ServiceMigrations): Promise<void> {
  const { service, api = {}, restricted = {} } = spec;
  const schema = schemaOf(service);
  const role = roleOf(service);
  const roles = rolesOf(spec).join(', ');
  const grant = (rights: Rights, to: string) =>
    Object.entries(rights).map(([table, right]) => `GRANT ${right} ON ${schema}.${table} TO ${to}`);
  const statements = [
    `GRANT USAGE ON SCHEMA ${schema} TO ${roles}`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${roles}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`,
    ...[MIGRATIONS_TABLE, ...Object.keys(restricted)].map(
      (table) => `REVOKE ALL ON ${schema}.${table} FROM ${role}`,
    ),
    ...grant(restricted, role),
    ...grant(api, apiRoleOf(service)),
  ];
  await admin.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
}
