import { Service } from '@countersign/contracts';
import { guardTables, letOwnerSee, OWN_ROWS, roadTables } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The gateway's tables: what it took in until the scheduler has it, answers under idempotency keys, and API keys. */
export class CreateGateway1764000000000 implements MigrationInterface {
  readonly name = 'CreateGateway1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [...roadTables, ...TABLES, ...GUARDS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'api_keys',
      'idempotency_keys',
      'intake',
      'dead_letters',
      'tries',
      'inbox',
      'outbox',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}

const TABLES = [
  `CREATE TABLE intake (
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     job_hash text NOT NULL,
     topic text NOT NULL,
     agent_id text NOT NULL,
     caller text NOT NULL,
     trace_id text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     -- When to ask next whether the row is needed; of an ended one, when to delete it.
     due_at timestamptz NOT NULL DEFAULT now() + interval '1 minute',
     ended_code text,
     -- Can lie ahead: until then the job may still be mended.
     ended_at timestamptz,
     PRIMARY KEY (tenant_id, job_id),
     CHECK ((ended_code IS NULL) = (ended_at IS NULL))
   )`,
  `CREATE INDEX intake_trace ON intake (trace_id, job_id)`,
  `CREATE INDEX intake_due ON intake (due_at)`,
  `CREATE INDEX intake_ended ON intake (tenant_id, job_id DESC) WHERE ended_code IS NOT NULL`,
  `CREATE TABLE idempotency_keys (
     tenant_id text NOT NULL,
     caller text NOT NULL,
     key text NOT NULL,
     request_sha256 text NOT NULL,
     job_id text NOT NULL,
     job_hash text NOT NULL,
     trace_id text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (tenant_id, caller, key)
   )`,
  `CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)`,
  // A key is found by its id, which is no secret, and stays after its end: its name stands in the audit log.
  `CREATE TABLE api_keys (
     key_id text PRIMARY KEY,
     secret_sha256 bytea NOT NULL CHECK (octet_length(secret_sha256) = 32),
     tenant_id text NOT NULL,
     name text NOT NULL,
     roles text[] NOT NULL CHECK (cardinality(roles) > 0),
     groups text[] NOT NULL,
     agents text[] NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz,
     revoked_at timestamptz,
     -- A day is enough to find keys that nobody uses, and one write a day.
     last_used_on date
   )`,
];

const GUARDS = [
  ...guardTables(Service.Gateway, {
    intake: OWN_ROWS,
    idempotency_keys: OWN_ROWS,
    // Requests become jobs and nothing else.
    outbox: { insertable: `subject LIKE 'from.gateway.job.%'` },
    // Whose request it is, is found out before there is a tenant; the role that answers it sees no key.
    api_keys: {},
  }),
  // Keys are made and revoked by the set-up role alone.
  letOwnerSee('api_keys'),
];
