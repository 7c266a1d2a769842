import type { ConsumerSpec, Service } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import type { Fact } from './fact.js';

const COLUMNS = { consumer: 'text', event_id: 'text', body_sha256: 'text' } as const;

/** How long handled event ids are remembered. The lasting guard is the compare-and-set on state. */
const KEEP_DAYS = 7;
const PRUNE_ROWS = 10_000;

/** Remembers which events were handled, in the transaction of their effect. */
export class Inbox {
  constructor(private readonly service: Service) {}

  /**
   * Records the facts and tells which are new. A fact that was handled before is left out; one that comes with
   * another body under a known id is `conflicting`: somebody forges, or a sender is broken.
   */
  async admit<T>(
    sql: Sql,
    consumer: ConsumerSpec,
    facts: readonly Fact<T>[],
  ): Promise<{ fresh: Fact<T>[]; conflicting: Fact<T>[] }> {
    if (facts.length === 0) return { fresh: [], conflicting: [] };
    const name = `${consumer.stream}/${this.service}`;
    const first = new Map<string, Fact<T>>();
    const conflicting: Fact<T>[] = [];
    for (const fact of facts) {
      const known = first.get(fact.id);
      if (!known) first.set(fact.id, fact);
      else if (known.digest !== fact.digest) conflicting.push(fact);
    }
    const rows = [...first.values()].map((fact) => ({
      consumer: name,
      event_id: fact.id,
      body_sha256: fact.digest,
    }));
    const inserted = new Set(
      (
        await sql.insertMany<{ event_id: string }>(
          'inbox',
          COLUMNS,
          rows,
          'ON CONFLICT DO NOTHING RETURNING event_id',
        )
      ).map((r) => r.event_id),
    );
    const repeated = [...first.values()].filter((fact) => !inserted.has(fact.id));
    if (repeated.length > 0) {
      const known = await sql.query<{ event_id: string; body_sha256: string }>(
        'SELECT event_id, body_sha256 FROM inbox WHERE consumer = $1 AND event_id = ANY($2)',
        [name, repeated.map((fact) => fact.id)],
      );
      const digests = new Map(known.map((row) => [row.event_id, row.body_sha256]));
      conflicting.push(...repeated.filter((fact) => digests.get(fact.id) !== fact.digest));
    }
    return { fresh: [...first.values()].filter((fact) => inserted.has(fact.id)), conflicting };
  }

  /** Forgets what was handled long ago, in portions that no statement's time limit cuts off. */
  static async prune(sql: Sql): Promise<void> {
    for (let found = PRUNE_ROWS; found === PRUNE_ROWS;)
      found = (
        await sql.query(
          `DELETE FROM inbox WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM inbox WHERE handled_at < now() - make_interval(days => ${KEEP_DAYS}) LIMIT ${PRUNE_ROWS}))
           RETURNING 1`,
        )
      ).length;
  }
}
