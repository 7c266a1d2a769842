import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_MAX_RUNTIME_SEC, type CanonicalJob } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { Grant } from './answers.js';
import type { BlobUploader } from './blob-upload.js';
import type { ClaimOutcome } from './claim-desk.js';
import { deliverOutput, type Delivered } from './deliver-output.js';
import type { ReadOffer } from './read-offer.js';
import type { RunOutcome } from './result-body.js';
import {
  AbortReason,
  type Effect,
  type JobHandler,
  type RunContext,
  type WorkerClock,
} from './worker-types.js';

/** How long an aborted handler may take before its run is reported without it, in milliseconds. Less than the scheduler's grace of 10 s. */
const ABORT_PATIENCE_MS = 5_000;

/** One run of one attempt, from its grant to its end. */
export class Run {
  readonly grant: Grant;
  readonly limitAtMs: number;
  /** Until when the lease holds, monotonic. Heartbeats move it. */
  leaseUntilMs: number;
  private readonly controller = new AbortController();
  private readonly effects: Effect[] = [];
  private readonly job: CanonicalJob;
  private readonly startedAt: Date;
  private abortedAtMs: number | undefined;
  private directory: string | undefined;

  constructor(
    readonly offer: ReadOffer,
    granted: ClaimOutcome & { readonly kind: 'granted' },
    private readonly runsDir: string,
    private readonly clock: WorkerClock,
  ) {
    const { grant, sentAtMs, askedAtMs } = granted;
    this.grant = grant;
    this.job = granted.job;
    this.limitAtMs = sentAtMs + (grant.constraints.max_runtime_sec ?? DEFAULT_MAX_RUNTIME_SEC) * 1000;
    this.leaseUntilMs = askedAtMs + grant.lease.duration_ms;
    this.startedAt = clock.date();
  }

  get aborted(): AbortReason | undefined {
    return this.controller.signal.aborted ? (this.controller.signal.reason as AbortReason) : undefined;
  }

  abort(reason: AbortReason): void {
    if (this.controller.signal.aborted) return;
    this.abortedAtMs = this.clock.now();
    this.controller.abort(reason);
  }

  /** Aborts what is past its limit or its lease. True when an aborted handler is not waited for any longer. */
  tick(nowMs: number): boolean {
    if (this.abortedAtMs !== undefined) return nowMs >= this.abortedAtMs + ABORT_PATIENCE_MS;
    if (nowMs >= this.limitAtMs) this.abort(AbortReason.RuntimeLimit);
    else if (nowMs >= this.leaseUntilMs) this.abort(AbortReason.LeaseLost);
    return false;
  }

  /** Runs the handler, and uploads what it returns where that is too large. Never throws: what is thrown is a failed result. */
  async work(handle: JobHandler, uploader?: Pick<BlobUploader, 'upload'>): Promise<Delivered> {
    const { grant } = this;
    const { signal } = this.controller;
    try {
      return await deliverOutput(await handle(this.job, this.context()), { grant, signal }, uploader);
    } catch (error) {
      return { status: 'failed', output: null, error: publicError(error) };
    }
  }

  /** How the run ended, for its result. */
  outcome(work: Delivered | undefined, aborted: RunOutcome['aborted']): RunOutcome {
    return {
      work,
      aborted,
      effects: [...this.effects],
      startedAt: this.startedAt,
      finishedAt: this.clock.date(),
    };
  }

  /** Removes the run's directory unless it holds something. */
  removeEmptyDirectory(): void {
    if (this.directory === undefined) return;
    try {
      rmdirSync(this.directory);
    } catch (error) {
      // Files that the run left are its product and stay; so does a directory that the run itself removed.
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
    }
  }

  private context(): RunContext {
    const outputDir = () => (this.directory ??= this.makeDirectory());
    return {
      runId: this.grant.run_id,
      attempt: this.grant.attempt,
      constraints: this.grant.constraints,
      deadlineMs: this.limitAtMs,
      signal: this.controller.signal,
      get outputDir() {
        return outputDir();
      },
      reportEffect: ({ kind, op, target }) => {
        this.effects.push({
          kind: kind.toWellFormed(),
          op: op.toWellFormed(),
          target: target.slice(0, 512).toWellFormed(),
        });
      },
    };
  }

  private makeDirectory(): string {
    const path = join(this.runsDir, this.grant.run_id);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }
}

function publicError(error: unknown): { code: string; message: string } {
  if (error instanceof CodedError) return { code: error.code, message: error.message };
  return { code: 'worker_failed', message: error instanceof Error ? error.message : 'the handler failed' };
}
