import { Stop, parseBody } from '@countersign/contracts';
import { fault } from '@countersign/kernel';
import {
  ack,
  retryAfter,
  type BusLog,
  type Delivery,
  type Outgoing,
  type Settlement,
} from '@countersign/messaging';
import type { HeartbeatReply } from './answers.js';
import type { BlobUploader } from './blob-upload.js';
import { ClaimDesk, type ClaimOutcome } from './claim-desk.js';
import type { Delivered } from './deliver-output.js';
import { Heartbeats } from './heartbeats.js';
import { messageOf } from './message-of.js';
import { readOffer, type BadOffer, type ReadOffer } from './read-offer.js';
import { recordOf } from './record-of.js';
import { reportBadOffer } from './report-bad-offer.js';
import { refusedRun } from './result-body.js';
import type { ResultJournal, ResultRecord } from './result-journal.js';
import { ResultOutbox } from './result-outbox.js';
import { Run } from './run.js';
import { Slots } from './slots.js';
import { AbortReason, type JobHandler, type WorkerBus, type WorkerClock } from './worker-types.js';

/** How long offers are held for a run to end before they go back to the pool, in milliseconds. */
const PATIENCE_MS = 500;
/** When offers that went back may come again, in milliseconds: another worker may have room meanwhile. */
const COME_BACK_MS = 1_000;
/** Most claims in one request. */
const MAX_CLAIMS = 256;
/** Refusals of a claim that mean that the scheduler never made the offer. */
const NEVER_OFFERED: ReadonlySet<string> = new Set(['unknown_offer', 'not_your_pool']);

/** What became of an offer in hand: done with, to come again later, or not one to be taken at all. */
type Taken = 'settled' | 'later' | BadOffer;

/** What a worker is made of, besides its bus, its journal and its clocks. */
export interface WorkerSettings {
  readonly pool: string;
  readonly workerId: string;
  readonly concurrency: number;
  readonly runsDir: string;
  readonly handle: JobHandler;
  /** Undefined where large outputs are refused. */
  readonly uploader?: Pick<BlobUploader, 'upload'>;
  readonly log: BusLog;
}

/** Takes offers, runs what was granted, returns results. Time passes for it by {@link tick}. */
export class Worker {
  private readonly slots: Slots;
  private readonly claims: ClaimDesk;
  private readonly outbox: ResultOutbox;
  private readonly heartbeats: Heartbeats;
  /** By lease id. */
  private readonly runs = new Map<string, Run>();
  private readonly runKeys = new Set<string>();
  private readonly whenDone: (() => void)[] = [];
  private stopping = false;

  constructor(
    private readonly bus: WorkerBus,
    journal: Pick<ResultJournal, 'put' | 'forget'>,
    private readonly settings: WorkerSettings,
    private readonly clock: WorkerClock,
  ) {
    this.slots = new Slots(settings.concurrency);
    this.claims = new ClaimDesk(bus, settings, clock, settings.log);
    this.outbox = new ResultOutbox(bus, journal, settings.workerId, clock, settings.log);
    this.heartbeats = new Heartbeats(
      bus,
      settings,
      {
        running: () => [...this.runs].map(([lease_id, run]) => ({ lease_id, epoch: run.grant.lease.epoch })),
        unrecorded: () => this.outbox.leases(),
        answered: (answers, askedAtMs) => this.heard(answers, askedAtMs),
      },
      clock,
      settings.log,
    );
  }

  /** Sends on what an earlier process could not. */
  resume(leftover: readonly ResultRecord[]): void {
    for (const record of leftover) this.outbox.addLeftover(record);
  }

  /** Handles a batch of offers: claims as many as can run now, holds the rest a moment, then gives them back. */
  async offers(batch: readonly Delivery[]): Promise<Settlement[]> {
    const settlements: Settlement[] = batch.map(() => ack);
    const known = new Set<string>();
    const reports: { readonly index: number; readonly message: Outgoing }[] = [];
    let waiting = batch.flatMap((delivery, index) => {
      const offer = this.read(delivery, (message) => void reports.push({ index, message }));
      // A repeated sending may come in the same batch: claimed twice by one nonce, it would be granted and run twice.
      if (!offer || known.has(offer.key)) return [];
      known.add(offer.key);
      return [{ index, offer }];
    });
    const until = this.clock.now() + PATIENCE_MS;
    while (waiting.length > 0 && !this.stopping) {
      if (!(await this.slots.waitForFree(until))) break;
      const now = waiting.slice(0, Math.min(Math.max(this.slots.free, 0), MAX_CLAIMS));
      if (now.length === 0) continue;
      waiting = waiting.slice(now.length);
      const kept = await this.claim(now.map((w) => w.offer));
      fault('worker.after-claim');
      for (const [i, { index }] of now.entries()) {
        const taken = kept[i] ?? 'later';
        if (taken === 'later') settlements[index] = retryAfter(COME_BACK_MS);
        else if (taken !== 'settled')
          this.report(batch[index], taken, (message) => reports.push({ index, message }));
      }
    }
    // What could not be told comes again, and is told then.
    for (const index of await this.untold(reports)) settlements[index] = retryAfter(COME_BACK_MS);
    for (const { index } of waiting) settlements[index] = retryAfter(this.stopping ? 0 : COME_BACK_MS);
    return settlements;
  }

  /** Handles a message that tells to stop a run. */
  stopRun(data: Uint8Array): void {
    const parsed = parseBody(Stop, data);
    if (!parsed.ok) {
      this.settings.log.error('a stop message was refused', { code: parsed.problem.code });
      return;
    }
    const { lease_id, job_id, attempt } = parsed.value;
    const run = this.runs.get(lease_id);
    if (run?.grant.job_id === job_id && run.grant.attempt === attempt) run.abort(AbortReason.Cancelled);
  }

  /** Lets time pass: limits, leases, heartbeats, sendings. Called every 100 ms or so. */
  tick(): void {
    const now = this.clock.now();
    for (const run of [...this.runs.values()]) if (run.tick(now)) this.conclude(run, undefined);
    this.slots.tick(now);
    this.outbox.tick(now);
    this.heartbeats.tick(now);
  }

  /** Takes no more offers: those in hand go back. */
  takeNoMore(): void {
    this.stopping = true;
    this.slots.close();
  }

  /** Resolves when no run is left. */
  runsDone(): Promise<void> {
    if (this.runs.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.whenDone.push(resolve));
  }

  /** Aborts all runs; those that heed it are reported as failed. */
  abortAll(): void {
    for (const run of this.runs.values()) run.abort(AbortReason.WorkerStopped);
  }

  /** Reports the runs whose handlers did not heed the abort. */
  giveUpAll(): void {
    for (const run of [...this.runs.values()]) this.conclude(run, undefined);
  }

  /** Saves and publishes what is left, and asks once what of it is recorded. */
  async flush(): Promise<void> {
    await this.outbox.idle();
    await this.heartbeats.beat();
    // That may have been a request sent before the last result.
    if (this.outbox.size > 0) await this.heartbeats.beat();
  }

  private read(delivery: Delivery, report: (message: Outgoing) => void): ReadOffer | undefined {
    const offer = readOffer(delivery, this.settings.pool);
    if ('code' in offer) {
      const { code, detail } = offer;
      this.settings.log.error('an offer was refused', {
        stream: delivery.stream,
        seq: delivery.seq,
        code,
        detail,
      });
      this.report(delivery, offer, report);
      return undefined;
    }
    // Delivered again although it was claimed here: the acknowledgement was lost.
    return this.runKeys.has(offer.key) || this.outbox.has(offer.key) ? undefined : offer;
  }

  private report(delivery: Delivery | undefined, bad: BadOffer, tell: (message: Outgoing) => void): void {
    const message = delivery && reportBadOffer(delivery, bad, this.settings, this.clock.date());
    if (message) tell(message);
  }

  /** Publishes reports of offers, and gives the places of those that are not stored. */
  private async untold(
    reports: readonly { readonly index: number; readonly message: Outgoing }[],
  ): Promise<readonly number[]> {
    if (reports.length === 0) return [];
    const outcomes = await this.bus.publish(reports.map(({ message }) => message));
    return reports.filter((_, i) => (outcomes[i] ?? 'failed') === 'failed').map(({ index }) => index);
  }

  /** What became of each offer, in order. */
  private async claim(offers: readonly ReadOffer[]): Promise<Taken[]> {
    this.slots.take(offers.length);
    const outcomes = await this.claims.claim(offers);
    const settled = offers.map((offer, i) => this.take(offer, outcomes[i] ?? { kind: 'unknown' }));
    const unused = outcomes.filter((o) => o.kind !== 'granted').length;
    if (unused > 0) this.slots.release(unused);
    return settled;
  }

  private take(offer: ReadOffer, outcome: ClaimOutcome): Taken {
    if (outcome.kind === 'unknown') return 'later';
    if (outcome.kind === 'refused') {
      const { code } = outcome;
      this.settings.log.info('a claim was refused', { job: offer.key, code });
      // Whoever made it, it was not the scheduler.
      return NEVER_OFFERED.has(code) ? { code, detail: 'the scheduler knows of no such offer' } : 'settled';
    }
    if (outcome.kind === 'unwarranted') {
      const { grant, code } = outcome;
      this.settings.log.error('a run was refused: its warrant does not hold', { job: offer.key, code });
      // Under the lease of the answer: if that is real its attempt ends now, otherwise the scheduler refuses the result.
      this.outbox.add(recordOf(offer, grant, refusedRun(code, this.clock.date()), this.settings.pool));
      return 'settled';
    }
    const run = new Run(offer, outcome, this.settings.runsDir, this.clock);
    this.runs.set(outcome.grant.lease.id, run);
    this.runKeys.add(offer.key);
    this.heartbeats.setPace(outcome.grant.heartbeat_sec);
    // A claim may have been answered so late that nothing of its time is left.
    run.tick(this.clock.now());
    if (run.aborted) {
      this.slots.release();
      this.conclude(run, undefined);
    } else
      void run.work(this.settings.handle, this.settings.uploader).then((work) => {
        this.slots.release();
        this.conclude(run, work);
        this.tidy(run);
      });
    return 'settled';
  }

  private conclude(run: Run, work: Delivered | undefined): void {
    if (!this.runs.delete(run.grant.lease.id)) return;
    const { aborted } = run;
    if (!work)
      this.settings.log.warn('a run is reported without its handler', { job: run.offer.key, aborted });
    if (aborted === AbortReason.LeaseLost)
      this.settings.log.warn('the lease of a run was lost; its result is not sent', { job: run.offer.key });
    else this.outbox.add(recordOf(run.offer, run.grant, run.outcome(work, aborted), this.settings.pool));
    this.runKeys.delete(run.offer.key);
    if (this.runs.size === 0) for (const done of this.whenDone.splice(0)) done();
  }

  private tidy(run: Run): void {
    try {
      run.removeEmptyDirectory();
    } catch (error) {
      this.settings.log.warn('the directory of a run could not be removed', {
        job: run.offer.key,
        error: messageOf(error),
      });
    }
  }

  private heard(answers: readonly HeartbeatReply[], askedAtMs: number): void {
    const done: string[] = [];
    for (const answer of answers) {
      const run = this.runs.get(answer.lease_id);
      if (run) {
        if (!answer.ok || answer.result_recorded) run.abort(AbortReason.LeaseLost);
        else if (answer.cancel) run.abort(AbortReason.Cancelled);
        if (answer.ok) run.leaseUntilMs = Math.max(run.leaseUntilMs, askedAtMs + answer.extends_ms);
      } else if (!answer.ok || answer.result_recorded) done.push(answer.lease_id);
      else this.outbox.notRecorded(answer.lease_id);
    }
    this.outbox.forget(done);
  }
}
