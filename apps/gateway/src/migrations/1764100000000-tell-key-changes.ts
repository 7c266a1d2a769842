import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lets whoever makes and ends keys, the role that migrates, leave word of it in the outbox; it reads nothing there. */
export class TellKeyChanges1764100000000 implements MigrationInterface {
  readonly name = 'TellKeyChanges1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE POLICY key_changes ON outbox FOR INSERT TO CURRENT_USER WITH CHECK (subject LIKE 'event.gateway.api_key.%')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP POLICY key_changes ON outbox');
  }
}
