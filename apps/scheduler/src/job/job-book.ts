import { AttemptState, JobEvent, JobState } from '@countersign/contracts';
import type { Attempt, Job } from './job.js';
import type { Cause, JobFact, RunFact } from './job-fact.js';
import { step } from './job.machine.js';
import { settleFact } from './settle-fact.js';
import type { Effect, Refusal, StepEvent } from './step-event.js';
import { RateLedger } from '../rate/rate-ledger.js';

/** How long a job that no pool takes waits until the pools are looked at again, in milliseconds. */
export const NO_POOL_RECHECK_MS = 60_000;

/** A job with its latest attempt. */
export interface Entry {
  readonly job: Job;
  readonly attempt: Attempt | undefined;
}

/** An effect with the job as the step left it. */
export interface Consequence {
  readonly effect: Effect;
  readonly job: Job;
  readonly attempt: Attempt | undefined;
  readonly cause: Cause | undefined;
}

/** Something that was refused. */
export interface Rejected {
  readonly job: Job;
  readonly what: string;
  readonly refusal: Refusal;
  readonly cause: Cause | undefined;
}

/** What a fact came to. */
export type Taken = 'taken' | 'known' | 'waiting' | 'refused';

/**
 * The jobs of one batch in memory: pure steps are applied in order, and what changed, follows or waits is collected
 * until it is stored in one transaction.
 */
export class JobBook {
  readonly consequences: Consequence[] = [];
  readonly refusals: Rejected[] = [];
  /** Results and verdicts about jobs that do not exist. */
  readonly strays: RunFact[] = [];
  /** Stored facts that are settled now. */
  readonly settled: JobFact[] = [];
  private readonly entries = new Map<string, Entry>();
  private readonly fromVersion = new Map<string, number>();
  private readonly admitted = new Map<string, string>();
  private readonly touched = new Map<string, Attempt>();
  private readonly waiting = new Map<string, JobFact[]>();
  private readonly stored = new Set<JobFact>();

  constructor(
    readonly nowMs: number,
    private readonly poolOf: (topic: string) => string | undefined,
    entries: readonly Entry[] = [],
    pending: readonly JobFact[] = [],
    private readonly rates: RateLedger = new RateLedger(),
    /** Whether a fact that was stored is not what was said: somebody else can have written into the table. */
    private readonly isForged: (stored: JobFact) => boolean = () => false,
  ) {
    for (const entry of entries) {
      this.entries.set(entry.job.jobId, entry);
      this.fromVersion.set(entry.job.jobId, entry.job.version);
    }
    for (const fact of pending) {
      this.stored.add(fact);
      this.wait(fact);
    }
  }

  /** A job as it stands now. */
  find(jobId: string): Entry | undefined {
    return this.entries.get(jobId);
  }

  /** Takes in a new job with its canonical text, and whatever has waited for it. */
  admit(job: Job, text: string, event: StepEvent, cause: Cause): void {
    this.entries.set(job.jobId, { job, attempt: undefined });
    this.admitted.set(job.jobId, text);
    this.apply(job.jobId, event, cause);
    this.revisit(job.jobId);
  }

  /** Takes a fact: applies it, or lets it wait for what must come first. */
  take(fact: JobFact): Taken {
    const taken = this.settle(fact);
    if (taken === 'waiting') this.wait(fact);
    else if (taken === 'taken') this.revisit(fact.jobId);
    return taken;
  }

  /** Tries the facts again that wait for this job. */
  revisit(jobId: string): void {
    for (let again = true; again;) {
      again = false;
      for (const fact of this.waiting.get(jobId) ?? []) {
        const taken = this.settle(fact);
        if (taken === 'waiting') continue;
        this.waiting.set(
          jobId,
          (this.waiting.get(jobId) ?? []).filter((other) => other !== fact),
        );
        if (this.stored.has(fact)) this.settled.push(fact);
        again ||= taken === 'taken';
      }
    }
  }

  /** Applies an event and whatever follows at once. A refused one is noted unless `quietly`. */
  apply(jobId: string, event: StepEvent, cause?: Cause, quietly = false): boolean {
    const entry = this.entries.get(jobId);
    if (!entry) return false;
    const taken = step(entry.job, entry.attempt, event, this.nowMs);
    if (!taken.ok) {
      if (!quietly) this.refuse(entry.job, event.by, taken.refusal, cause);
      return false;
    }
    const job = cause ? { ...taken.job, causeId: cause.id } : taken.job;
    this.put({ job, attempt: taken.attempt });
    for (const effect of taken.effects)
      this.consequences.push({ effect, job, attempt: taken.attempt, cause });
    this.advance(jobId, cause);
    return true;
  }

  /** Notes a refusal without a step. */
  refuse(job: Job, what: string, refusal: Refusal, cause: Cause | undefined): void {
    this.refusals.push({ job, what, refusal, cause });
  }

  /** Offers a due job, ends one past its deadline, or notes that no pool takes it. */
  advance(jobId: string, cause?: Cause): void {
    const entry = this.entries.get(jobId);
    if (entry?.job.state !== JobState.Scheduled) return;
    const { job, attempt } = entry;
    if (job.deadlineMs !== null && this.nowMs >= job.deadlineMs) {
      this.apply(jobId, { by: JobEvent.DeadlinePassed }, cause);
      return;
    }
    if (job.offerDueAtMs === null || this.nowMs < job.offerDueAtMs) return;
    const pool = this.poolOf(job.topic);
    if (pool !== undefined) {
      this.apply(jobId, { by: JobEvent.Offer, pool }, cause);
      return;
    }
    this.put({
      job: {
        ...job,
        version: job.version + 1,
        reasonCode: 'no_pool',
        reason: 'No worker pool takes this topic.',
        offerDueAtMs: this.nowMs + NO_POOL_RECHECK_MS,
        updatedAtMs: this.nowMs,
      },
      attempt,
    });
  }

  /** New jobs with their texts. */
  newJobs(): { readonly job: Job; readonly text: string }[] {
    return [...this.admitted].sort(byKey).flatMap(([jobId, text]) => {
      const entry = this.entries.get(jobId);
      return entry ? [{ job: entry.job, text }] : [];
    });
  }

  /** Jobs that were there before and have changed, with the version they had, in the order of their ids. */
  changedJobs(): { readonly job: Job; readonly fromVersion: number }[] {
    return [...this.fromVersion].sort(byKey).flatMap(([jobId, fromVersion]) => {
      const entry = this.entries.get(jobId);
      return entry && entry.job.version !== fromVersion ? [{ job: entry.job, fromVersion }] : [];
    });
  }

  /** Attempts that are new or have changed, in the order of their jobs' ids. */
  changedAttempts(): Attempt[] {
    return [...this.touched].sort(byKey).map(([, attempt]) => attempt);
  }

  /** Facts that are to wait and are not stored yet. */
  newlyWaiting(): JobFact[] {
    return [...this.waiting.values()].flat().filter((fact) => !this.stored.has(fact));
  }

  /** The canonical text of a job admitted in this batch. */
  textOf(jobId: string): string | undefined {
    return this.admitted.get(jobId);
  }

  private settle(fact: JobFact): Taken {
    const entry = this.entries.get(fact.jobId);
    if (!entry && comesAfterClaim(fact)) {
      this.strays.push(fact);
      return 'refused';
    }
    if (!entry) return 'waiting';
    if (this.stored.has(fact) && this.isForged(fact)) {
      this.refuse(entry.job, fact.kind, { code: 'forged', detail: { event_id: fact.cause.id } }, fact.cause);
      return 'refused';
    }
    const settlement = settleFact(entry.job, entry.attempt, fact, () => this.dueAt(entry.job));
    switch (settlement.is) {
      case 'early':
        return 'waiting';
      case 'known':
        return 'known';
      case 'refused':
        this.refuse(entry.job, fact.kind, settlement.refusal, fact.cause);
        return 'refused';
      case 'step':
        return settlement.events.every((event) => this.apply(fact.jobId, event, fact.cause))
          ? 'taken'
          : 'refused';
    }
  }

  /** Books an approved job into its rates; without any, it is due now. */
  private dueAt(job: Job): number {
    if (job.throttle === null) return this.nowMs;
    const dueAtMs = this.rates.firstFree(job.throttle.limits, job, this.nowMs);
    this.rates.book(job.throttle.limits, job, dueAtMs);
    return dueAtMs;
  }

  private put(entry: Entry): void {
    const before = this.entries.get(entry.job.jobId);
    this.entries.set(entry.job.jobId, entry);
    if (entry.attempt && entry.attempt !== before?.attempt)
      this.touched.set(`${entry.job.jobId}/${String(entry.attempt.attempt).padStart(9, '0')}`, entry.attempt);
  }

  private wait(fact: JobFact): void {
    const others = this.waiting.get(fact.jobId);
    if (others) others.push(fact);
    else this.waiting.set(fact.jobId, [fact]);
  }
}

/**
 * A result or a verdict names a lease, which is given only to a job that is stored: unlike an approval or a cancel it
 * can't have come first, and it need not be kept until its job comes.
 */
function comesAfterClaim(fact: JobFact): fact is RunFact {
  return fact.kind === 'result' || fact.kind === 'verdict';
}

/** Whether a worker may still take the job's latest attempt. */
export function isOnOffer(entry: Entry): boolean {
  return entry.job.state === JobState.Dispatched && entry.attempt?.state === AttemptState.Offered;
}

function byKey(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1;
}
