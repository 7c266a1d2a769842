import { Service } from '@countersign/contracts';
import { guardMoreTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which signatures of callbacks have been taken, so that none is taken twice. */
export class CallbackSignatures1764710000000 implements MigrationInterface {
  readonly name = 'CallbackSignatures1764710000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of STATEMENTS) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE callback_signatures');
  }
}

const STATEMENTS = [
  `CREATE TABLE callback_signatures (
     digest text PRIMARY KEY,
     taken_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX callback_signatures_taken_at ON callback_signatures (taken_at)`,
  // Whose callback it is, is found out before there is a tenant; the role that answers requests of one sees none.
  ...guardMoreTables(Service.Gateway, { callback_signatures: {} }),
];
