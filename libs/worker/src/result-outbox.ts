import { EventType } from '@countersign/contracts';
import type { BusLog, Outgoing } from '@countersign/messaging';
import { messageOf } from './message-of.js';
import { attemptKey } from './read-offer.js';
import type { ResultJournal, ResultRecord } from './result-journal.js';
import type { WorkerBus, WorkerClock } from './worker-types.js';

/** Most results, and most bytes of them (unless a single one is larger), in one publishing. */
const BATCH = { results: 256, bytes: 4 * 1024 * 1024 };
/** First and longest pause before a result is sent again, in milliseconds; each pause doubles. */
const RESEND_MS = { first: 5_000, longest: 60_000 };
/** Pause after a publishing that failed, in milliseconds. */
const RETRY_MS = 1_000;

interface Entry {
  readonly record: ResultRecord;
  saved: boolean;
  queued: boolean;
  published: boolean;
  sendNumber: number;
  nextSendAtMs: number;
  pauseMs: number;
}

/**
 * Saves results, publishes them and sends them again until the scheduler says that they are recorded. What arrives
 * during one publishing is saved and published together in the next.
 */
export class ResultOutbox {
  /** By lease id: everything that is not known to be recorded. */
  private readonly entries = new Map<string, Entry>();
  private readonly keys = new Set<string>();
  private queue: Entry[] = [];
  private pumping: Promise<void> | undefined;

  constructor(
    private readonly bus: Pick<WorkerBus, 'publish'>,
    private readonly journal: Pick<ResultJournal, 'put' | 'forget'>,
    private readonly workerId: string,
    private readonly clock: WorkerClock,
    private readonly log: BusLog,
  ) {}

  /** Results that are not known to be recorded. */
  get size(): number {
    return this.entries.size;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  leases(): { lease_id: string; epoch: number }[] {
    return [...this.entries.values()].map(({ record: { lease_id, epoch } }) => ({ lease_id, epoch }));
  }

  /** Takes a new result. */
  add(record: ResultRecord): void {
    this.enter(record, { saved: false, sendNumber: 0 });
  }

  /**
   * Takes a result that an earlier process left. How often that one sent it is not known, so its numbers go on from
   * the seconds of the clock, which no process can have reached by counting.
   */
  addLeftover(record: ResultRecord): void {
    this.enter(record, { saved: true, sendNumber: Math.floor(this.clock.date().getTime() / 1000) });
  }

  /** The scheduler wants no more of this result: it is recorded, or its lease is stale. */
  forget(leaseIds: readonly string[]): void {
    const known = leaseIds.filter((id) => this.entries.has(id));
    if (known.length === 0) return;
    for (const id of known) {
      const { job_id, attempt } = this.entries.get(id)!.record;
      this.keys.delete(attemptKey(job_id, attempt));
      this.entries.delete(id);
    }
    this.journal.forget(known).catch((error: unknown) =>
      this.log.warn('recorded results could not be struck out; a restart sends them again', {
        results: known.length,
        error: messageOf(error),
      }),
    );
  }

  /** The scheduler lives but has not recorded this result: it is sent again once its pause is over. */
  notRecorded(leaseId: string): void {
    const entry = this.entries.get(leaseId);
    if (!entry?.published || entry.queued || this.clock.now() < entry.nextSendAtMs) return;
    entry.sendNumber++;
    this.enqueue(entry);
  }

  /** Tries again what could not be published. */
  tick(nowMs: number): void {
    for (const entry of this.entries.values())
      if (!entry.published && !entry.queued && nowMs >= entry.nextSendAtMs) this.enqueue(entry);
  }

  /** Resolves when nothing is being saved or published. */
  async idle(): Promise<void> {
    while (this.pumping) await this.pumping;
  }

  private enter(record: ResultRecord, start: Pick<Entry, 'saved' | 'sendNumber'>): void {
    const entry: Entry = {
      record,
      ...start,
      queued: false,
      published: false,
      nextSendAtMs: 0,
      pauseMs: RESEND_MS.first,
    };
    this.entries.set(record.lease_id, entry);
    this.keys.add(attemptKey(record.job_id, record.attempt));
    this.enqueue(entry);
  }

  private enqueue(entry: Entry): void {
    entry.queued = true;
    this.queue.push(entry);
    this.pumping ??= this.pump();
  }

  private async pump(): Promise<void> {
    // Runs that end in one turn of the event loop are to share one write and one publishing.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.queue.length > 0) await this.send(this.nextBatch());
    // In the same turn as the last look at the queue: what comes later starts the next pump.
    this.pumping = undefined;
  }

  private nextBatch(): Entry[] {
    let bytes = 0;
    let count = 0;
    for (const { record } of this.queue.slice(0, BATCH.results)) {
      bytes += record.body.length;
      if (count > 0 && bytes > BATCH.bytes) break;
      count++;
    }
    return this.queue.splice(0, count);
  }

  private async send(batch: readonly Entry[]): Promise<void> {
    await this.save(batch.filter((entry) => !entry.saved));
    const outcomes = await this.bus.publish(batch.map((entry) => this.outgoing(entry)));
    const now = this.clock.now();
    for (const [i, entry] of batch.entries()) {
      entry.queued = false;
      if ((outcomes[i] ?? 'failed') === 'failed') {
        entry.nextSendAtMs = now + RETRY_MS;
        continue;
      }
      entry.published = true;
      entry.nextSendAtMs = now + entry.pauseMs;
      entry.pauseMs = Math.min(entry.pauseMs * 2, RESEND_MS.longest);
    }
  }

  /** A result that can't be saved is sent all the same: without the disk it is safest with the broker. */
  private async save(fresh: readonly Entry[]): Promise<void> {
    if (fresh.length === 0) return;
    try {
      await this.journal.put(fresh.map((entry) => entry.record));
      for (const entry of fresh) entry.saved = true;
    } catch (error) {
      this.log.error('results could not be saved before sending', {
        results: fresh.length,
        error: messageOf(error),
      });
    }
  }

  private outgoing({ record, sendNumber }: Entry): Outgoing {
    return {
      subject: record.subject,
      id: record.id,
      type: EventType.Result,
      source: `/countersign/worker/${this.workerId}`,
      body: record.body,
      time: record.time,
      jobId: record.job_id,
      causationId: record.causation_id,
      ...(record.traceparent === null ? {} : { traceparent: record.traceparent }),
      sendNumber,
    };
  }
}
