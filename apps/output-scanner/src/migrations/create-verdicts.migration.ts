import { roadTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES: readonly string[] = [
  `CREATE TABLE verdicts (
     verdict_id text PRIMARY KEY,
     job_id text NOT NULL,
     attempt int NOT NULL,
     lease_id text NOT NULL,
     epoch bigint NOT NULL,
     kind text NOT NULL CHECK (kind IN ('clean', 'redacted', 'quarantined', 'released', 'withheld')),
     status text NOT NULL,
     scanned text NOT NULL,
     released text,
     message text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CHECK ((kind IN ('quarantined', 'withheld')) = (released IS NULL))
   )`,
  `CREATE INDEX verdicts_job ON verdicts (job_id, attempt)`,
  `CREATE TABLE quarantine (
     scanned text PRIMARY KEY,
     job_id text NOT NULL,
     attempt int NOT NULL,
     lease_id text NOT NULL,
     epoch bigint NOT NULL,
     sealed bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
];

/** Creates the verdicts, and the sealed bodies of what waits for a review. */
export class CreateVerdicts1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...roadTables, ...TABLES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quarantine, verdicts, dead_letters, tries, inbox, outbox');
  }
}
