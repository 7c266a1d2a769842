import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys sealed bodies by the verdict about them: the same bytes under another pool or topic are another result, which must
 * not take the place of the first. Rows that wait stay.
 */
export class KeyQuarantine1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE quarantine DROP CONSTRAINT quarantine_pkey');
    await runner.query('ALTER TABLE quarantine ADD PRIMARY KEY (verdict_id)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('copies of one result may wait by now, and none of them may be dropped'));
  }
}
