import { roadTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The gateway's tables: what it took in, and the idempotency keys under which it did. */
export class CreateGateway1764000000000 implements MigrationInterface {
  readonly name = 'CreateGateway1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of roadTables) await runner.query(sql);
    await runner.query(`
      CREATE TABLE intake (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        job_hash text NOT NULL,
        job text NOT NULL,
        producer text NOT NULL,
        caller text NOT NULL,
        traceparent text NOT NULL,
        trace_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, job_id)
      )`);
    await runner.query(`
      CREATE TABLE idempotency_keys (
        tenant_id text NOT NULL,
        caller text NOT NULL,
        key text NOT NULL,
        request_sha256 text NOT NULL,
        job_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, caller, key),
        FOREIGN KEY (tenant_id, job_id) REFERENCES intake DEFERRABLE INITIALLY DEFERRED
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['idempotency_keys', 'intake', 'dead_letters', 'tries', 'inbox', 'outbox'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
