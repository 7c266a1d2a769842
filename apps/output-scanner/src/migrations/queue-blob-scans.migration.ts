import { Service } from '@countersign/contracts';
import { guardMoreTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the queue of results whose outputs are blobs. */
export class QueueBlobScans1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE blob_scans (
         scan_id text PRIMARY KEY,
         job_id text NOT NULL,
         attempt int NOT NULL,
         lease_id text NOT NULL,
         epoch bigint NOT NULL,
         scanned text NOT NULL,
         pool text NOT NULL,
         tail text NOT NULL,
         cause_id text NOT NULL,
         traceparent text NOT NULL,
         sealed bytea NOT NULL,
         tries int NOT NULL DEFAULT 0,
         queued_at timestamptz NOT NULL DEFAULT now(),
         due_at timestamptz NOT NULL DEFAULT now()
       )`,
    );
    await runner.query('CREATE INDEX blob_scans_due ON blob_scans (due_at)');
    for (const guard of guardMoreTables(Service.OutputScanner, { blob_scans: {} })) await runner.query(guard);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE blob_scans');
  }
}
