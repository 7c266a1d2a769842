import { Service } from '@countersign/contracts';
import { schemaOf } from '@countersign/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long a question may wait for a lock on what is to be told about it. */
const MOST_WAIT = '1s';

/**
 * The note of what has become of a question, which a question never fails by: where it can't be written, the database's
 * log says so, and the answer counts all the same. Nobody is told then; whoever asks for the state still hears of it.
 */
const NOTE = `
  CREATE OR REPLACE FUNCTION note_notifications() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = ${schemaOf(Service.ApprovalService)}, pg_temp SET lock_timeout = '${MOST_WAIT}' AS $$
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
  EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'nobody is told that the approval % was %: % (%)', NEW.approval_id, happened, SQLERRM, SQLSTATE;
    RETURN NULL;
  END $$`;

/** From here on no answer waits for, or fails by, what is told about it. */
export class NotesNeverBlock1764720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(NOTE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('that answers fail by what is told of them is not brought back'));
  }
}
