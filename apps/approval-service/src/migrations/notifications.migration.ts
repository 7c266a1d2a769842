import { Service } from '@countersign/contracts';
import { letOwnerSee, roleOf, schemaOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const NAMES = ['notification_targets', 'notifications'];

const TABLES: readonly string[] = [
  // Whom to tell, without a word of how: the settings of the process that started last.
  `CREATE TABLE notification_targets (
     name text PRIMARY KEY,
     tenants jsonb,
     producer text,
     caller text,
     events jsonb NOT NULL
   )`,
  // What is not sent yet. A row goes when its word is taken or given up.
  `CREATE TABLE notifications (
     notification_id text PRIMARY KEY,
     tenant_id text NOT NULL,
     approval_id text NOT NULL,
     target text NOT NULL,
     event text NOT NULL,
     failures int NOT NULL DEFAULT 0,
     last_failure text,
     created_at timestamptz NOT NULL DEFAULT now(),
     due_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX notifications_due ON notifications (target, due_at)`,
  `CREATE INDEX notifications_created ON notifications (created_at)`,
];

/**
 * Notes for every target what has become of a question, in the statement that makes it so: no way of changing one can
 * forget it. Run with the owner's rights, so that whoever answers requests may neither read targets nor write notes.
 */
const NOTES: readonly string[] = [
  `CREATE FUNCTION note_notifications() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
     SET search_path = ${schemaOf(Service.ApprovalService)}, pg_temp AS $$
   DECLARE
     happened text := CASE WHEN TG_OP = 'UPDATE' AND NEW.state = OLD.state THEN 'escalated'
                           WHEN NEW.state = 'PENDING' AND NEW.kind = 'job' THEN 'requested'
                           WHEN NEW.state = 'PENDING' THEN 'quarantined'
                           WHEN NEW.state = 'EXPIRED' THEN 'expired'
                           ELSE 'resolved' END;
   BEGIN
     INSERT INTO notifications (notification_id, tenant_id, approval_id, target, event)
     SELECT 'msg_' || left(encode(sha256(convert_to(NEW.approval_id || '/' || happened || '/' || t.name, 'UTF8')), 'hex'), 32),
            NEW.tenant_id, NEW.approval_id, t.name, happened
       FROM notification_targets t
      WHERE t.events @> to_jsonb(happened)
        AND (t.tenants IS NULL OR t.tenants @> to_jsonb(NEW.tenant_id))
        AND (t.producer IS NULL OR t.producer = NEW.producer)
        AND (t.caller IS NULL OR lower(t.caller) = lower(NEW.caller))
     ON CONFLICT DO NOTHING;
     RETURN NULL;
   END $$`,
  `REVOKE EXECUTE ON FUNCTION note_notifications FROM PUBLIC`,
  `CREATE TRIGGER note_notifications_of_new AFTER INSERT ON approvals
     FOR EACH ROW EXECUTE FUNCTION note_notifications()`,
  `CREATE TRIGGER note_notifications AFTER UPDATE ON approvals FOR EACH ROW
     WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.escalated_at IS DISTINCT FROM NEW.escalated_at)
     EXECUTE FUNCTION note_notifications()`,
];

const GUARDS: readonly string[] = NAMES.flatMap((table) => [
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
  `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
  `CREATE POLICY flow ON ${table} TO ${roleOf(Service.ApprovalService)} USING (true)`,
  letOwnerSee(table),
]);

/** Whom to tell about questions, and what they are still to be told. */
export class Notifications1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...NOTES, ...GUARDS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER note_notifications ON approvals');
    await runner.query('DROP TRIGGER note_notifications_of_new ON approvals');
    await runner.query('DROP FUNCTION note_notifications');
    for (const table of NAMES) await runner.query(`DROP TABLE ${table}`);
  }
}
