import { apiRoleOf, roleOf } from './roles.js';
import type { Service } from '@countersign/contracts';

/** The setting that names the tenant a transaction works for. Set by `Database.transaction`, and gone at its end. */
export const TENANT_SETTING = 'countersign.tenant';

/** SQL: the tenant of the transaction. NULL or empty where none is set, which equals no tenant. */
export const CURRENT_TENANT = `current_setting('${TENANT_SETTING}', true)`;

/** SQL: a row of a table with a `tenant_id` is the transaction's own. */
export const OWN_ROW = `tenant_id = ${CURRENT_TENANT}`;

/** What the request-serving role sees of a table and may add to it. What it may do at all are its rights. */
export interface TenantView {
  /** SQL condition of the rows that are seen, changed and deleted; none are when it is absent. */
  readonly visible?: string;
  /** SQL condition of rows that are added. @default the same as `visible` */
  readonly insertable?: string;
}

/** A table with a `tenant_id`: the rows of the transaction's tenant. */
export const OWN_ROWS: TenantView = { visible: OWN_ROW };

/** The tables that every service on the road has. */
const ROAD_TABLES: Readonly<Record<string, TenantView>> = {
  outbox: {},
  inbox: {},
  tries: {},
  dead_letters: {},
};

/**
 * Statements that put tables under row-level security, also for their owner: the service's own role sees all rows, since
 * its consumers work for every tenant in one batch and name the tenant in each statement; the request-serving role sees
 * what its view says; anybody else sees nothing. To be run once, by the migration that makes the tables. A migration
 * that reads rows later needs {@link letOwnerSee}, unless a superuser runs it.
 */
export function guardTables(service: Service, views: Readonly<Record<string, TenantView>>): string[] {
  return guardMoreTables(service, { ...ROAD_TABLES, ...views });
}

/** The same for tables that a later migration makes, beside those that are guarded already. */
export function guardMoreTables(service: Service, views: Readonly<Record<string, TenantView>>): string[] {
  return Object.entries(views).flatMap(([table, view]) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY flow ON ${table} TO ${roleOf(service)} USING (true)`,
    ...tenantPolicies(table, apiRoleOf(service), view),
  ]);
}

function tenantPolicies(table: string, role: string, view: TenantView): string[] {
  const { visible, insertable = visible } = view;
  const policy = (command: string) =>
    `CREATE POLICY tenant_${command.toLowerCase()} ON ${table} FOR ${command} TO ${role}`;
  return [
    ...(visible === undefined
      ? []
      : ['SELECT', 'UPDATE', 'DELETE'].map((command) => `${policy(command)} USING (${visible})`)),
    ...(insertable === undefined ? [] : [`${policy('INSERT')} WITH CHECK (${insertable})`]),
  ];
}

/** Lets the role that migrates see a table that {@link guardTables} guards, for a function or a command of its own. */
export const letOwnerSee = (table: string): string =>
  `CREATE POLICY owner ON ${table} TO CURRENT_USER USING (true)`;
