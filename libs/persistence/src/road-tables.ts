/**
 * The tables that every service on the road has: what it sends (outbox), what it has handled (inbox), what it could
 * not handle (dead letters), and how often it has tried.
 *
 * An outbox row is complete, and deleted, when both bits of `flags` are set: 1 the audit log has stored the message,
 * 2 the step that it asks for has been answered. `sent_by` is the process that holds the first sending.
 */
export const roadTables: readonly string[] = [
  `CREATE TABLE outbox (
     event_id text PRIMARY KEY,
     subject text NOT NULL,
     type text NOT NULL,
     job_id text,
     causation_id text,
     traceparent text,
     headers json,
     body text,
     ref_kind text,
     ref_id text,
     flags smallint NOT NULL DEFAULT 0,
     sends smallint NOT NULL DEFAULT 0,
     sent_by text NOT NULL,
     event_time timestamptz NOT NULL,
     next_send_at timestamptz NOT NULL,
     CHECK ((body IS NULL) = (ref_kind IS NOT NULL AND ref_id IS NOT NULL))
   ) WITH (fillfactor = 70)`,
  `CREATE INDEX outbox_due ON outbox (next_send_at)`,
  `CREATE TABLE inbox (
     consumer text NOT NULL,
     event_id text NOT NULL,
     body_sha256 text NOT NULL,
     handled_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (consumer, event_id)
   )`,
  `CREATE INDEX inbox_handled_at ON inbox USING brin (handled_at)`,
  `CREATE TABLE tries (
     consumer text NOT NULL,
     event_id text NOT NULL,
     tries smallint NOT NULL,
     last_error text NOT NULL,
     last_tried_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (consumer, event_id)
   )`,
  `CREATE TABLE dead_letters (
     dead_letter_id text PRIMARY KEY,
     consumer text NOT NULL,
     stream text NOT NULL,
     seq bigint NOT NULL,
     subject text NOT NULL,
     reason_code text NOT NULL,
     pointer text,
     tries smallint NOT NULL,
     headers json NOT NULL,
     body bytea NOT NULL,
     body_sha256 text NOT NULL,
     job_id text,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
];
