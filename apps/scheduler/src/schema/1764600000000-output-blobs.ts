import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a released output is a blob: its digest, size and media type, as JSON text. Its bytes are the gateway's. */
export class OutputBlobs1764600000000 implements MigrationInterface {
  async up(queries: QueryRunner): Promise<void> {
    await queries.query('ALTER TABLE jobs ADD COLUMN output_blob text');
  }

  async down(queries: QueryRunner): Promise<void> {
    await queries.query('ALTER TABLE jobs DROP COLUMN output_blob');
  }
}
