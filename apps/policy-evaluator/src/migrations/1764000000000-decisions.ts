import { Service } from '@countersign/contracts';
import { guardTables, roadTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Decisions1764000000000 implements MigrationInterface {
  async up(queries: QueryRunner): Promise<void> {
    for (const table of roadTables) await queries.query(table);
    // A job id is unique over all tenants: ids name attempts and events everywhere on the road.
    await queries.query(`CREATE TABLE decisions (
      job_id text PRIMARY KEY,
      tenant_id text NOT NULL,
      job_hash text NOT NULL,
      type text NOT NULL,
      policy_snapshot text NOT NULL,
      message text NOT NULL,
      decided_at timestamptz NOT NULL DEFAULT now()
    )`);
    await queries.query(`CREATE TABLE snapshots (
      hash text PRIMARY KEY,
      sources json NOT NULL,
      activated_at timestamptz NOT NULL DEFAULT now()
    )`);
    for (const guard of guardTables(Service.PolicyEvaluator, { decisions: {}, snapshots: {} }))
      await queries.query(guard);
  }

  async down(queries: QueryRunner): Promise<void> {
    for (const table of ['snapshots', 'decisions', 'dead_letters', 'tries', 'inbox', 'outbox'])
      await queries.query(`DROP TABLE ${table}`);
  }
}
