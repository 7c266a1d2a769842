import { Service } from '@countersign/contracts';
import { guardMoreTables, OWN_ROWS } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What runs have uploaded, in sealed pieces, and the redacted copies of it. */
export class CreateBlobs1764600000000 implements MigrationInterface {
  readonly name = 'CreateBlobs1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [...TABLES, ...GUARDS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE blob_chunks, blobs');
  }
}

const TABLES = [
  `CREATE TABLE blobs (
     blob_id text PRIMARY KEY,
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     attempt int NOT NULL,
     run_id text NOT NULL,
     -- Of a copy that is being written nobody knows it yet.
     digest text,
     -- The blob that a copy is made of.
     of_digest text,
     -- As announced by who uploads; of a copy, what is written so far.
     size int NOT NULL,
     media_type text NOT NULL,
     maker text NOT NULL CHECK (maker IN ('run', 'scanner')),
     state text NOT NULL CHECK (state IN ('writing', 'stored', 'released')),
     created_at timestamptz NOT NULL DEFAULT now(),
     -- When to ask next whether it is needed; of one that is being written, when to give it up.
     due_at timestamptz NOT NULL,
     CHECK (state = 'writing' OR digest IS NOT NULL)
   )`,
  // Written once: the first whole upload of these bytes by this run stays.
  `CREATE UNIQUE INDEX blobs_once ON blobs (job_id, attempt, run_id, digest) WHERE state <> 'writing'`,
  `CREATE INDEX blobs_tenant ON blobs (tenant_id, digest)`,
  `CREATE INDEX blobs_due ON blobs (due_at)`,
  `CREATE TABLE blob_chunks (
     blob_id text NOT NULL REFERENCES blobs ON DELETE CASCADE,
     index int NOT NULL,
     tenant_id text NOT NULL,
     sealed bytea NOT NULL,
     PRIMARY KEY (blob_id, index)
   )`,
  // Ciphertext does not get smaller.
  `ALTER TABLE blob_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL`,
];

const GUARDS = guardMoreTables(Service.Gateway, { blobs: OWN_ROWS, blob_chunks: OWN_ROWS });
