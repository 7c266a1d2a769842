import { Service } from '@countersign/contracts';
import { apiRoleOf, CURRENT_TENANT, OWN_ROW, roleOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables of a tenant that requests read and add to; what was said is neither changed nor taken back. */
const TOLD = ['approval_comments', 'approval_edits', 'approval_changes'];

const TABLES: readonly string[] = [
  // Of questions that were open before this: no typed confirmation, nobody to escalate to, no known shape.
  `ALTER TABLE approvals
     ADD COLUMN confirm text,
     ADD COLUMN escalate_at timestamptz,
     ADD COLUMN escalate_to text NOT NULL DEFAULT '[]',
     ADD COLUMN escalated_at timestamptz,
     ADD COLUMN reason_code text NOT NULL DEFAULT 'rule',
     ADD COLUMN proof text,
     ADD COLUMN action text NOT NULL DEFAULT '',
     ADD COLUMN shape text NOT NULL DEFAULT '',
     ADD COLUMN risk smallint NOT NULL DEFAULT 0 CHECK (risk BETWEEN 0 AND 2),
     ADD COLUMN resolved_reason text,
     ADD COLUMN edit_of text,
     ADD COLUMN edited_as text,
     ADD CHECK (escalated_at IS NULL OR escalate_at IS NOT NULL)`,
  `CREATE INDEX approvals_open_of_agent ON approvals (tenant_id, agent_id) WHERE state = 'PENDING'`,
  `CREATE INDEX approvals_escalating ON approvals (escalate_at)
     WHERE state = 'PENDING' AND escalated_at IS NULL AND escalate_at IS NOT NULL`,
  `CREATE INDEX approvals_resolved ON approvals (resolved_at) WHERE resolved_at IS NOT NULL`,
  `CREATE TABLE approval_comments (
     comment_id text PRIMARY KEY,
     tenant_id text NOT NULL,
     approval_id text NOT NULL,
     by text NOT NULL,
     note text NOT NULL,
     at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX approval_comments_listed ON approval_comments (approval_id, comment_id)`,
  `CREATE TABLE approval_edits (
     tenant_id text NOT NULL,
     job_id text NOT NULL,
     job_hash text NOT NULL,
     job text NOT NULL,
     approval_id text NOT NULL,
     original_job_id text NOT NULL,
     original_job_hash text NOT NULL,
     changes text NOT NULL,
     by text NOT NULL,
     names text NOT NULL,
     groups text NOT NULL,
     confirm text,
     note text NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (tenant_id, job_id),
     UNIQUE (approval_id)
   )`,
  // In the order of transactions, so that who reads up to the oldest that still runs never misses one that ends late.
  `CREATE TABLE approval_changes (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
     tenant_id text NOT NULL,
     approval_id text NOT NULL,
     job_id text NOT NULL,
     change text NOT NULL,
     at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX approval_changes_told ON approval_changes (tenant_id, xact, seq)`,
  `CREATE INDEX approval_changes_due ON approval_changes (at)`,
  `CREATE FUNCTION note_approval_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
   BEGIN
     INSERT INTO approval_changes (tenant_id, approval_id, job_id, change)
     VALUES (NEW.tenant_id, NEW.approval_id, NEW.job_id,
             CASE WHEN TG_OP = 'INSERT' AND NEW.state = 'PENDING' THEN 'asked'
                  WHEN NEW.state <> 'PENDING' THEN 'resolved'
                  ELSE 'changed' END);
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON approvals
     FOR EACH ROW EXECUTE FUNCTION note_approval_change()`,
  // Requests may write down that the policy asks for more by now; nobody makes a question easier that was asked.
  `CREATE FUNCTION refuse_easier_terms() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF NEW.quorum < OLD.quorum
        OR (OLD.confirm IS NOT NULL AND NEW.confirm IS DISTINCT FROM OLD.confirm)
        OR (OLD.groups <> '[]' AND NEW.groups = '[]')
        OR (OLD.groups <> '[]' AND EXISTS (
              SELECT json_array_elements_text(NEW.groups::json)
              EXCEPT SELECT json_array_elements_text(OLD.groups::json)))
     THEN
       RAISE EXCEPTION 'the terms of a question get no easier' USING ERRCODE = 'insufficient_privilege';
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER no_easier_terms BEFORE UPDATE OF quorum, groups, confirm ON approvals
     FOR EACH ROW EXECUTE FUNCTION refuse_easier_terms()`,
];

const GUARDS: readonly string[] = [
  ...TOLD.flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY flow ON ${table} TO ${roleOf(Service.ApprovalService)} USING (true)`,
    `CREATE POLICY tenant_select ON ${table} FOR SELECT TO ${apiRoleOf(Service.ApprovalService)} USING (${OWN_ROW})`,
    `CREATE POLICY tenant_insert ON ${table} FOR INSERT TO ${apiRoleOf(Service.ApprovalService)} WITH CHECK (${OWN_ROW})`,
  ]),
  // Besides the ends of questions, a request may say that one goes on, and send the job that its reviewer has edited:
  // of its own tenant, which the bytes name in their one canonical place.
  `DROP POLICY tenant_insert ON outbox`,
  `CREATE POLICY tenant_insert ON outbox FOR INSERT TO ${apiRoleOf(Service.ApprovalService)} WITH CHECK (
     subject LIKE 'approval.%' OR subject = 'event.approval-service.refused'
     OR subject LIKE 'event.approval-service.approval.%'
     OR (subject LIKE 'from.approval-service.job.%' AND body::json ->> 'tenant_id' = ${CURRENT_TENANT}))`,
];

/** The terms of questions, what is said about them, edits, and what changes. */
export class ApprovalTerms1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...GUARDS]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('what people have answered is not taken back'));
  }
}
