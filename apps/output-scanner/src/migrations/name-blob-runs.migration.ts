import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notes of queued results what a verdict must name, so that one which does not open any more is put before a person
 * instead of leaving its job without an end. Those that wait already have none of it.
 */
export class NameBlobRuns1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE blob_scans ADD COLUMN run_id text, ADD COLUMN constraints_digest text, ADD COLUMN status text`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE blob_scans DROP COLUMN run_id, DROP COLUMN constraints_digest, DROP COLUMN status`,
    );
  }
}
