import { Service } from '@countersign/contracts';
import { apiRoleOf, OWN_ROW, roleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES: readonly string[] = [
  `CREATE TABLE reviews (
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     job_hash text NOT NULL,
     attempt int NOT NULL,
     topic text NOT NULL,
     producer text NOT NULL,
     caller text,
     agent_id text,
     trace_id text,
     traceparent text NOT NULL,
     state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'seen')),
     released_at timestamptz NOT NULL,
     waits_since timestamptz NOT NULL DEFAULT now(),
     verdict text CHECK (verdict IN ('fine', 'problem')),
     note text,
     seen_by text,
     seen_at timestamptz,
     PRIMARY KEY (tenant_id, job_id),
     CHECK ((state = 'seen') = (seen_at IS NOT NULL AND seen_by IS NOT NULL AND verdict IS NOT NULL))
   )`,
  `CREATE INDEX reviews_listed ON reviews (tenant_id, waits_since, job_id)`,
  `CREATE INDEX reviews_waiting ON reviews (waits_since) WHERE state = 'waiting'`,
];

const api = apiRoleOf(Service.ApprovalService);

const GUARDS: readonly string[] = [
  `ALTER TABLE reviews ENABLE ROW LEVEL SECURITY`,
  `ALTER TABLE reviews FORCE ROW LEVEL SECURITY`,
  `CREATE POLICY flow ON reviews TO ${roleOf(Service.ApprovalService)} USING (true)`,
  `CREATE POLICY tenant_select ON reviews FOR SELECT TO ${api} USING (${OWN_ROW})`,
  // A mark is set once: what has one is out of the reach of requests.
  `CREATE POLICY tenant_update ON reviews FOR UPDATE TO ${api}
     USING (${OWN_ROW} AND state = 'waiting') WITH CHECK (${OWN_ROW} AND state = 'seen')`,
  `CREATE POLICY tenant_insert_reviews ON outbox FOR INSERT TO ${api}
     WITH CHECK (subject LIKE 'event.approval-service.review.%')`,
];

/** Released work that a person has to look at. */
export class ReviewAfter1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...GUARDS]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('what people have looked at is not taken back'));
  }
}
