import { Service } from '@countersign/contracts';
import { guardTables, OWN_ROWS, roadTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs, their attempts, facts that came early, and rates. */
export class CreateScheduler1764000000000 implements MigrationInterface {
  async up(queries: QueryRunner): Promise<void> {
    for (const table of roadTables) await queries.query(table);
    for (const statement of [...TABLES, ...GUARDS]) await queries.query(statement);
  }

  async down(queries: QueryRunner): Promise<void> {
    for (const table of ['rate_windows', 'dead_jobs', 'pending_facts', 'attempts', 'jobs'])
      await queries.query(`DROP TABLE ${table}`);
    for (const table of ['dead_letters', 'tries', 'inbox', 'outbox'])
      await queries.query(`DROP TABLE ${table}`);
  }
}

const TABLES = [
  `CREATE TABLE jobs (
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     job_hash text NOT NULL,
     job text NOT NULL,
     topic text NOT NULL,
     action text NOT NULL,
     producer text NOT NULL,
     caller text NOT NULL,
     agent_id text NOT NULL,
     decision_id text NOT NULL,
     decision text NOT NULL,
     rule_ids json NOT NULL,
     constraints json NOT NULL,
     max_retries int NOT NULL,
     retry_safe boolean NOT NULL,
     throttle json,
     deadline timestamptz,
     traceparent text NOT NULL,
     trace_id text,
     created_at timestamptz NOT NULL,
     state text NOT NULL,
     version int NOT NULL,
     attempt int NOT NULL,
     runs int NOT NULL,
     epoch int NOT NULL,
     pool text,
     cause_id text NOT NULL,
     reason text,
     reason_code text,
     cancel_requested boolean NOT NULL,
     offer_due_at timestamptz,
     approval_id text,
     approval text,
     output_kind text,
     released text,
     output text,
     error text,
     updated_at timestamptz NOT NULL,
     PRIMARY KEY (tenant_id, job_id)
   ) WITH (fillfactor = 80)`,
  // Offers, claims and results name a job by its id alone, so no two tenants may hold the same one.
  `CREATE UNIQUE INDEX jobs_job_id ON jobs (job_id)`,
  `CREATE INDEX jobs_list ON jobs (tenant_id, state, job_id DESC)`,
  `CREATE INDEX jobs_due ON jobs (offer_due_at) WHERE state IN ('SCHEDULED', 'THROTTLED')`,
  `CREATE INDEX jobs_deadline ON jobs (deadline)
     WHERE deadline IS NOT NULL AND state IN ('PENDING_APPROVAL', 'THROTTLED', 'SCHEDULED', 'DISPATCHED')`,
  `CREATE TABLE attempts (
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     attempt int NOT NULL,
     state text NOT NULL,
     outcome text,
     pool text NOT NULL,
     offer_expires_at timestamptz NOT NULL,
     lease_id text,
     epoch int,
     worker_id text,
     nonce text,
     run_id text,
     lease_expires_at timestamptz,
     run_deadline timestamptz,
     claimed_at timestamptz,
     result_digest text,
     result_status text,
     reported_at timestamptz,
     ended_at timestamptz,
     PRIMARY KEY (job_id, attempt)
   ) WITH (fillfactor = 70)`,
  `CREATE UNIQUE INDEX attempts_lease ON attempts (lease_id) WHERE lease_id IS NOT NULL`,
  `CREATE INDEX attempts_offered ON attempts (offer_expires_at) WHERE state = 'OFFERED'`,
  `CREATE INDEX attempts_running ON attempts (lease_expires_at) WHERE state = 'RUNNING'`,
  `CREATE TABLE pending_facts (
     job_id text NOT NULL,
     kind text NOT NULL,
     event_id text NOT NULL,
     fact text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     retry_at timestamptz NOT NULL DEFAULT now() + interval '1 second',
     PRIMARY KEY (job_id, kind, event_id)
   )`,
  `CREATE INDEX pending_facts_retry ON pending_facts (retry_at)`,
  `CREATE TABLE dead_jobs (
     dead_letter_id text PRIMARY KEY,
     job_id text NOT NULL,
     noted_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX dead_jobs_noted ON dead_jobs (noted_at)`,
  `CREATE TABLE rate_windows (
     tenant_id text NOT NULL,
     rate_key text NOT NULL,
     window_start timestamptz NOT NULL,
     used int NOT NULL,
     PRIMARY KEY (tenant_id, rate_key, window_start)
   )`,
  `CREATE INDEX rate_windows_start ON rate_windows (window_start)`,
];

/** A row about a job that the transaction may see, in a table without tenants. */
const ofOwnJob = (table: string) => `EXISTS (SELECT 1 FROM jobs WHERE jobs.job_id = ${table}.job_id)`;

const GUARDS = guardTables(Service.Scheduler, {
  jobs: OWN_ROWS,
  attempts: OWN_ROWS,
  rate_windows: OWN_ROWS,
  pending_facts: { visible: ofOwnJob('pending_facts') },
  dead_jobs: {},
  // A cancellation tells and stops. It can put nothing on offer and release no output.
  outbox: {
    visible: ofOwnJob('outbox'),
    insertable: `subject LIKE 'event.%' OR subject LIKE 'control.stop.%'`,
  },
});
