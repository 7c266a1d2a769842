import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes why an output is kept back, and which of several results of the same bytes the job waits for. */
export class QuarantineReasons1764710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE quarantined_jobs ADD COLUMN reason_code text, ADD COLUMN pool text, ADD COLUMN topic text',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE quarantined_jobs DROP COLUMN reason_code, DROP COLUMN pool, DROP COLUMN topic',
    );
  }
}
