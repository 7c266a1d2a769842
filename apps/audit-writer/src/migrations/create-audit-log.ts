import type { MigrationInterface, QueryRunner } from 'typeorm';
import { GENESIS } from '@countersign/audit-log';
import { roadTables } from '@countersign/persistence';

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

/** The tables of the log, and the triggers that refuse every change of what is written. */
export class CreateAuditLog1764000000000 implements MigrationInterface {
  readonly name = 'CreateAuditLog1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [...roadTables, ...TABLES, ...GUARDS]) await runner.query(sql);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the audit log is not taken back'));
  }
}
