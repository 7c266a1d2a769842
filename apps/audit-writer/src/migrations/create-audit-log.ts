import type { MigrationInterface, QueryRunner } from 'typeorm';
import { GENESIS } from '@countersign/audit-log';
import { EventType, Service } from '@countersign/contracts';
import {
  apiRoleOf,
  CURRENT_TENANT,
  guardTables,
  letOwnerSee,
  OWN_ROW,
  roadTables,
} from '@countersign/persistence';

const TABLES = [
  // Besides the text and its hash only what entries are looked for by. Byte order: these are no words of a language.
  `CREATE TABLE entries (
     seq bigint PRIMARY KEY CHECK (seq > 0),
     event_id text COLLATE "C" NOT NULL UNIQUE,
     type text COLLATE "C",
     tenant_id text COLLATE "C",
     job_id text COLLATE "C",
     trace_id text COLLATE "C",
     text text NOT NULL,
     hash bytea NOT NULL
   )`,
  `CREATE INDEX entries_trace ON entries (trace_id, tenant_id) WHERE trace_id IS NOT NULL AND tenant_id IS NOT NULL`,
  `CREATE INDEX entries_job ON entries (job_id, seq) WHERE job_id IS NOT NULL`,
  `CREATE TABLE head (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     seq bigint NOT NULL,
     hash text NOT NULL
   )`,
  `INSERT INTO head (seq, hash) VALUES (${GENESIS.seq}, '${GENESIS.hash}')`,
];

// Prevention, against mistakes and the service's own role; an owner can drop a trigger, which the chain then shows.
const GUARDS = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
   END $$`,
  `CREATE FUNCTION refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF NEW.seq <= OLD.seq THEN
       RAISE EXCEPTION 'the head moves forward only' USING ERRCODE = 'insufficient_privilege';
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER forward BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION refuse_step_back()`,
];

/**
 * Whose an entry is that names no tenant, in the words of `findTrace`: its job's first decision says so, or, while there
 * is none, the gateway that sent the job. Asked with the owner's eyes: who asks sees no row of another tenant.
 */
const OWNERSHIP = `CREATE FUNCTION is_about(tenant text, job text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = audit_writer, pg_temp AS $$
  SELECT coalesce(
    (SELECT d.tenant_id FROM entries d
      WHERE d.job_id = job AND d.type = '${EventType.Decision}' AND d.tenant_id IS NOT NULL
      ORDER BY d.seq LIMIT 1) = tenant,
    EXISTS (SELECT 1 FROM entries g
      WHERE g.job_id = job AND g.type = '${EventType.Job}' AND g.tenant_id = tenant
        AND strpos(g.text, '"subject":"from.gateway.job.') > 0))
  $$`;

const ROW_SECURITY = [
  OWNERSHIP,
  'REVOKE EXECUTE ON FUNCTION is_about FROM PUBLIC',
  `GRANT EXECUTE ON FUNCTION is_about TO ${apiRoleOf(Service.AuditWriter)}`,
  ...guardTables(Service.AuditWriter, {
    entries: { visible: `${OWN_ROW} OR tenant_id IS NULL AND is_about(${CURRENT_TENANT}, job_id)` },
    // Whether the log is whole is nobody's secret; it is told under the service's own role.
    head: {},
  }),
  letOwnerSee('entries'),
];

/** The tables of the log, and the triggers that refuse every change of what is written. */
export class CreateAuditLog1764000000000 implements MigrationInterface {
  readonly name = 'CreateAuditLog1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [...roadTables, ...TABLES, ...GUARDS, ...ROW_SECURITY]) await runner.query(sql);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the audit log is not taken back'));
  }
}
