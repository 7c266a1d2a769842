import { hostname } from 'node:os';
import { newUlid } from '@countersign/kernel';
import { sourceOf, type Service } from '@countersign/contracts';
import type { Bus, Outgoing } from '@countersign/messaging';
import type { DatabaseLike, Sql } from '@countersign/persistence';
import type { Pending } from './work.js';

/** Makes bodies again from state, for outbox rows that hold none: id to JSON text. */
export type Renderers = Readonly<
  Record<string, (sql: Sql, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>>
>;

/** The bits of an outbox row's `flags`: the audit log has stored the message; the step it asks for has been answered. */
export const AUDITED = 1;
export const ANSWERED = 2;
export const COMPLETE = AUDITED | ANSWERED;
/** How long a sending may stay unconfirmed before it is repeated: seconds, doubled each time up to the second number. */
const RESEND_AFTER_SEC = 30;
const RESEND_AT_MOST_SEC = 120;

const COLUMNS = {
  event_id: 'text',
  subject: 'text',
  type: 'text',
  job_id: 'text',
  causation_id: 'text',
  traceparent: 'text',
  headers: 'json',
  body: 'text',
  ref_kind: 'text',
  ref_id: 'text',
  flags: 'smallint',
  sent_by: 'text',
  event_time: 'timestamptz',
  next_send_at: 'timestamptz',
} as const;

const CONFIRMED = 'json_to_recordset($1::json) AS r(event_id text, bit smallint)';

/** In the order of their ids, in which everybody takes the locks of rows. */
const confirmed = (bits: ReadonlyMap<string, number>): string =>
  JSON.stringify([...bits].map(([event_id, bit]) => ({ event_id, bit })).sort(byEventId));

const byEventId = (a: { readonly event_id: string }, b: { readonly event_id: string }) =>
  a.event_id < b.event_id ? -1 : 1;

interface Row {
  readonly event_id: string;
  readonly subject: string;
  readonly type: string;
  readonly job_id: string | null;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
  readonly ref_kind: string | null;
  readonly ref_id: string | null;
  readonly sends: number;
  readonly event_time: Date;
}

/** What a service sends: rows committed with the state, published after, repeated until audited and answered. */
export class Outbox {
  /** This process: rows of another are repeated soon after a start, since their sender may be gone. */
  private readonly sender = `${hostname()}:${process.pid}:${newUlid()}`;

  constructor(
    private readonly service: Service,
    private readonly database: DatabaseLike,
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly renderers: Renderers,
  ) {}

  /**
   * Writes the rows of a transaction. The first event of an id wins; a repeated one is not written again. After
   * `dueAfterSec` they are sent again by whichever process of the service runs then.
   */
  write(sql: Sql, pending: readonly Pending[], dueAfterSec = RESEND_AFTER_SEC): Promise<unknown> {
    const rows = pending.map(({ emission, text, traceparent, time }) => ({
      event_id: emission.id,
      subject: emission.subject,
      type: emission.type,
      job_id: emission.jobId ?? null,
      causation_id: emission.cause?.id ?? null,
      traceparent,
      headers: emission.headers ?? null,
      body: emission.ref ? null : text,
      ref_kind: emission.ref?.kind ?? null,
      ref_id: emission.ref?.id ?? null,
      flags: emission.final ? ANSWERED : 0,
      sent_by: this.sender,
      event_time: time,
      next_send_at: new Date(Date.parse(time) + dueAfterSec * 1000).toISOString(),
    }));
    // Without naming the key: the role that answers requests may write rows here and read none.
    return sql.insertMany('outbox', COLUMNS, rows, 'ON CONFLICT DO NOTHING');
  }

  /** Publishes what was committed. What the broker did not confirm becomes due at once for {@link resendDue}. */
  async publish(pending: readonly Pending[]): Promise<void> {
    if (pending.length === 0) return;
    const outcomes = await this.bus.publish(pending.map((p) => this.outgoing(p)));
    const failed = pending.filter((_, i) => outcomes[i] === 'failed').map((p) => p.emission.id);
    if (failed.length > 0)
      await this.database.query('UPDATE outbox SET next_send_at = now() WHERE event_id = ANY($1)', [failed]);
  }

  /** Marks rows as answered. */
  answered(sql: Sql, ids: readonly string[]): Promise<unknown> {
    if (ids.length === 0) return Promise.resolve();
    return sql.query(
      `UPDATE outbox SET flags = flags | ${ANSWERED} WHERE event_id = ANY($1) AND flags & ${ANSWERED} = 0`,
      [[...ids].sort()],
    );
  }

  /** Deletes rows that are complete by what the caller knows. */
  remove(sql: Sql, ids: readonly string[]): Promise<unknown> {
    if (ids.length === 0) return Promise.resolve();
    return sql.query('DELETE FROM outbox WHERE event_id = ANY($1)', [[...ids].sort()]);
  }

  /** Deletes the rows to which nothing is missing but these bits. Returns their ids. */
  async complete(bits: ReadonlyMap<string, number>): Promise<readonly string[]> {
    if (bits.size === 0) return [];
    const rows = await this.database.query<{ event_id: string }>(
      `DELETE FROM outbox o USING ${CONFIRMED} WHERE o.event_id = r.event_id AND (o.flags | r.bit) = ${COMPLETE}
       RETURNING o.event_id`,
      [confirmed(bits)],
    );
    return rows.map((row) => row.event_id);
  }

  /** Writes bits down. A row that another transaction completes at this moment is left to the sweep. */
  async mark(bits: ReadonlyMap<string, number>): Promise<void> {
    if (bits.size === 0) return;
    await this.database.query(
      `UPDATE outbox o SET flags = o.flags | r.bit FROM ${CONFIRMED}
        WHERE o.event_id = r.event_id AND o.flags <> (o.flags | r.bit)`,
      [confirmed(bits)],
    );
  }

  /** Makes rows that another process sent due now: at a start, their sender may have died before it could. */
  async adopt(): Promise<void> {
    await this.database.query(`UPDATE outbox SET next_send_at = now(), sent_by = $1 WHERE sent_by <> $1`, [
      this.sender,
    ]);
  }

  /** Repeats what is due, and deletes what turns out to be complete by then. Returns how many were sent. */
  async resendDue(limit = 200): Promise<number> {
    const [, rows] = await this.database.transaction((sql) =>
      Promise.all([
        sql.query(`DELETE FROM outbox WHERE next_send_at <= now() AND flags = ${COMPLETE}`),
        sql.query<Row>(
          `UPDATE outbox SET sends = sends + 1, sent_by = $1,
                  next_send_at = now() + make_interval(secs => least(${RESEND_AT_MOST_SEC}, ${RESEND_AFTER_SEC} * power(2, least(sends, 10))))
            WHERE event_id IN (SELECT event_id FROM outbox WHERE next_send_at <= now()
                                ORDER BY next_send_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING *`,
          [this.sender, limit],
        ),
      ]),
    );
    if (rows.length === 0) return 0;
    const bodies = await this.render(rows);
    const sendable = rows.filter((row) => bodies.has(row.event_id));
    const outcomes = await this.bus.publish(
      sendable.map((row) => this.outgoingOf(row, bodies.get(row.event_id)!)),
    );
    const failed = sendable.filter((_, i) => outcomes[i] === 'failed').map((row) => row.event_id);
    if (failed.length > 0)
      await this.database.query(
        `UPDATE outbox SET next_send_at = now() + interval '1 second' WHERE event_id = ANY($1)`,
        [failed],
      );
    return rows.length;
  }

  private async render(rows: readonly Row[]): Promise<Map<string, string>> {
    const bodies = new Map<string, string>();
    const byKind = new Map<string, Row[]>();
    for (const row of rows)
      if (row.ref_kind === null) bodies.set(row.event_id, row.body!);
      else byKind.set(row.ref_kind, [...(byKind.get(row.ref_kind) ?? []), row]);
    for (const [kind, group] of byKind) {
      const renderer = this.renderers[kind];
      if (!renderer) throw new Error(`no renderer for outbox rows of kind ${kind}`);
      const rendered = await renderer(
        this.database,
        group.map((row) => row.ref_id!),
      );
      for (const row of group) {
        const text = rendered.get(row.ref_id!);
        if (text !== undefined) bodies.set(row.event_id, text);
      }
    }
    return bodies;
  }

  private outgoing({ emission, text, traceparent, time }: Pending): Outgoing {
    return {
      subject: emission.subject,
      id: emission.id,
      type: emission.type,
      source: sourceOf(this.service),
      body: text,
      time,
      traceparent,
      ...(emission.jobId === undefined ? {} : { jobId: emission.jobId }),
      ...(emission.cause === undefined ? {} : { causationId: emission.cause.id }),
      ...(emission.headers === undefined ? {} : { headers: emission.headers }),
    };
  }

  private outgoingOf(row: Row, text: string): Outgoing {
    return {
      subject: row.subject,
      id: row.event_id,
      type: row.type,
      source: sourceOf(this.service),
      body: text,
      time: row.event_time.toISOString(),
      sendNumber: row.sends,
      ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
      ...(row.job_id === null ? {} : { jobId: row.job_id }),
      ...(row.causation_id === null ? {} : { causationId: row.causation_id }),
      ...(row.headers === null ? {} : { headers: row.headers }),
    };
  }
}
