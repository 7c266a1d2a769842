import { Service } from '@countersign/contracts';
import { guardTables, OWN_ROWS, roadTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES: readonly string[] = [
  `CREATE TABLE approvals (
     approval_id text PRIMARY KEY,
     kind text NOT NULL CHECK (kind IN ('job', 'output')),
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     job_hash text NOT NULL,
     attempt int NOT NULL,
     decision_id text,
     policy_snapshot text,
     scanned text,
     topic text NOT NULL,
     producer text NOT NULL,
     caller text,
     agent_id text,
     quorum int NOT NULL CHECK (quorum >= 1),
     groups text NOT NULL,
     rule_ids text NOT NULL,
     reason text NOT NULL,
     job text,
     findings text NOT NULL,
     state text NOT NULL DEFAULT 'PENDING'
       CHECK (state IN ('PENDING', 'GRANTED', 'REJECTED', 'EXPIRED', 'WITHDRAWN')),
     votes text NOT NULL DEFAULT '[]',
     cause_id text NOT NULL,
     traceparent text NOT NULL,
     trace_id text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     resolved_at timestamptz,
     resolved_by text,
     UNIQUE (tenant_id, job_id, kind, attempt),
     CHECK ((state = 'PENDING') = (resolved_at IS NULL)),
     CHECK (kind = 'job' OR scanned IS NOT NULL)
   )`,
  `CREATE INDEX approvals_listed ON approvals (tenant_id, approval_id)`,
  `CREATE INDEX approvals_pending ON approvals (tenant_id, approval_id) WHERE state = 'PENDING'`,
  `CREATE INDEX approvals_due ON approvals (expires_at) WHERE state = 'PENDING'`,
  `CREATE TABLE held_verdicts (
     verdict_id text PRIMARY KEY,
     job_id text NOT NULL,
     attempt int NOT NULL,
     scanned text NOT NULL,
     pool text NOT NULL,
     topic text NOT NULL,
     findings text NOT NULL,
     traceparent text NOT NULL,
     trace_id text NOT NULL,
     stored_at_ms bigint NOT NULL,
     held_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX held_verdicts_job ON held_verdicts (job_id, attempt)`,
  `CREATE TABLE quarantined_jobs (
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     attempt int NOT NULL,
     job_hash text NOT NULL,
     producer text NOT NULL,
     caller text,
     agent_id text,
     scanned text,
     held_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (tenant_id, job_id, attempt)
   )`,
  `CREATE INDEX quarantined_jobs_job ON quarantined_jobs (job_id, attempt)`,
  `CREATE TABLE ended_jobs (
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     ended_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (tenant_id, job_id)
   )`,
  `CREATE INDEX ended_jobs_due ON ended_jobs (ended_at)`,
];

const GUARDS = guardTables(Service.ApprovalService, {
  approvals: OWN_ROWS,
  held_verdicts: {},
  quarantined_jobs: {},
  ended_jobs: {},
  // A vote ends a question or is refused; it says nothing else.
  outbox: { insertable: `subject LIKE 'approval.%' OR subject = 'event.approval-service.refused'` },
});

/** Creates the approvals, the two halves from which an output's approval is made, and the ends that came first. */
export class CreateApprovals1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...roadTables, ...TABLES, ...GUARDS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE ended_jobs, quarantined_jobs, held_verdicts, approvals, dead_letters, tries, inbox, outbox',
    );
  }
}
