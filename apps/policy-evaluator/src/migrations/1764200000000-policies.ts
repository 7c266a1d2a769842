import { Service } from '@countersign/contracts';
import { apiRoleOf, OWN_ROW, roleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS: readonly string[] = [
  'ALTER TABLE snapshots RENAME COLUMN activated_at TO pushed_at',
  `ALTER TABLE snapshots ADD COLUMN policy_id text, ADD COLUMN policy_version text,
     ADD COLUMN rules int NOT NULL DEFAULT 0, ADD COLUMN warnings json NOT NULL DEFAULT '[]',
     ADD COLUMN pushed_by text NOT NULL DEFAULT 'folder'`,
  'CREATE INDEX snapshots_listed ON snapshots (pushed_at, hash)',
  `CREATE TABLE activations (
     seq bigint PRIMARY KEY CHECK (seq > 0),
     hash text NOT NULL,
     previous text,
     by text NOT NULL,
     how text NOT NULL CHECK (how IN ('start', 'folder', 'api', 'rollback')),
     note text NOT NULL DEFAULT '',
     content text,
     at timestamptz NOT NULL DEFAULT now(),
     CHECK ((content IS NULL) = (how IN ('api', 'rollback')))
   )`,
  'ALTER TABLE activations ADD FOREIGN KEY (hash) REFERENCES snapshots (hash)',
  `CREATE INDEX activations_of_folder ON activations (seq) WHERE content IS NOT NULL`,
  // Prevention, against mistakes and the service's own role: what was ever in force can be looked up.
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
   END $$`,
  ...['snapshots', 'activations'].map(
    (table) => `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ),
  'CREATE INDEX decisions_replayed ON decisions (tenant_id, decided_at, job_id)',
  'ALTER TABLE activations ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE activations FORCE ROW LEVEL SECURITY',
  `CREATE POLICY flow ON activations TO ${roleOf(Service.PolicyEvaluator)} USING (true)`,
  // The policy belongs to no tenant and is told under the service's own role; decisions are their tenant's.
  `CREATE POLICY tenant_select ON decisions FOR SELECT TO ${apiRoleOf(Service.PolicyEvaluator)} USING (${OWN_ROW})`,
];

/** Every version of the policy, when each was in force, and the tenants' own view of their decisions. */
export class Policies1764200000000 implements MigrationInterface {
  async up(queries: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queries.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the history of the policy is not taken back'));
  }
}
