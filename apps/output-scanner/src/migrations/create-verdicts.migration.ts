import { Service } from '@countersign/contracts';
import { guardTables, roadTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES: readonly string[] = [
  // The message itself is the outbox's: with the row there, the output leaves this schema.
  `CREATE TABLE verdicts (
     verdict_id text PRIMARY KEY,
     job_id text NOT NULL,
     pool text NOT NULL,
     told_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX verdicts_told_at ON verdicts USING brin (told_at)`,
  `CREATE TABLE quarantine (
     scanned text PRIMARY KEY,
     job_id text NOT NULL,
     attempt int NOT NULL,
     lease_id text NOT NULL,
     epoch bigint NOT NULL,
     pool text NOT NULL,
     sealed bytea NOT NULL,
     verdict text NOT NULL,
     verdict_id text NOT NULL,
     tail text NOT NULL,
     traceparent text NOT NULL,
     sealed_at timestamptz NOT NULL DEFAULT now(),
     confirmed_at timestamptz,
     concluded_at timestamptz
   )`,
  `CREATE INDEX quarantine_job ON quarantine (job_id, attempt)`,
  `CREATE INDEX quarantine_sealed_at ON quarantine (sealed_at)`,
];

const GUARDS = guardTables(Service.OutputScanner, { verdicts: {}, quarantine: {} });

/** Creates the list of what was told, and the sealed bodies of what waits for a review. */
export class CreateVerdicts1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...roadTables, ...TABLES, ...GUARDS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quarantine, verdicts, dead_letters, tries, inbox, outbox');
  }
}
