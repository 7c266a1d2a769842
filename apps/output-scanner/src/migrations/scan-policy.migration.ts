import { Service } from '@countersign/contracts';
import { guardMoreTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS: readonly string[] = [
  // Whose result waits, as the decision says; null where nobody was asked or knows it.
  `ALTER TABLE quarantine ADD COLUMN tenant_id text`,
  `CREATE TABLE quarantine_key (
     id int PRIMARY KEY,
     check_value text NOT NULL
   )`,
  ...guardMoreTables(Service.OutputScanner, { quarantine_key: {} }),
];

/** Notes whose sealed results are, and by a check value under which key they are sealed. */
export class ScanPolicy1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quarantine_key');
    await runner.query('ALTER TABLE quarantine DROP COLUMN tenant_id');
  }
}
