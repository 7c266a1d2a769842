import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether the decision about a job wants a person to look at the work once it is released. */
export class ReviewAfter1764400000000 implements MigrationInterface {
  async up(queries: QueryRunner): Promise<void> {
    // Of jobs from before nobody kept it apart: those are not asked for.
    await queries.query('ALTER TABLE jobs ADD COLUMN review_after boolean NOT NULL DEFAULT false');
  }

  async down(queries: QueryRunner): Promise<void> {
    await queries.query('ALTER TABLE jobs DROP COLUMN review_after');
  }
}
