import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { eventId, Service, Step } from '@countersign/contracts';
import { newTraceparent, traceIdOf } from '@countersign/kernel';
import { Road, roadOf, Sweeper, sweeperOf } from '@countersign/service-kit';
import type { RequestTrace } from '../http/request-trace.js';
import { isAway, JobFinder } from '../read/job-finder.js';
import { forgetKeys } from '../submit/idempotency.store.js';
import { deleteEndedRows, deleteRows, dueRows, postponeRows, type RowKey } from './hand-over.store.js';

/** Milliseconds between two batches: at most 40 questions a second, which the scheduler hardly notices. */
const PRUNE_EVERY_MS = 5_000;

/** Deletes what no answer needs any more: rows whose jobs the scheduler has, ended ones and keys past their time. */
@Injectable()
export class PruneSweep implements OnApplicationBootstrap {
  private readonly logger = new Logger('gateway intake');

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(sweeperOf(Service.Gateway)) private readonly sweeper: Sweeper,
    private readonly finder: JobFinder,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.every('prune', PRUNE_EVERY_MS, async () => {
      await forgetKeys(this.road.database);
      await deleteEndedRows(this.road.database);
      await this.handOver();
    });
  }

  /** Asks the scheduler about a batch of rows. While it does not answer every row stays. */
  async handOver(): Promise<void> {
    const rows = await dueRows(this.road.database);
    if (rows.length === 0) return;
    const traceparent = newTraceparent();
    const trace = { traceparent, traceId: traceIdOf(traceparent) ?? '' };
    try {
      const known = await Promise.all(rows.map((row) => this.isScheduled(row, trace)));
      await this.settle(
        rows.filter((_, i) => known[i]),
        rows.filter((_, i) => !known[i]),
      );
    } catch (error) {
      if (!isAway(error)) throw error;
    }
  }

  private async isScheduled(row: RowKey, trace: RequestTrace): Promise<boolean> {
    try {
      const job = await this.finder.scheduled(row.job_id, { caller: { tenant: row.tenant_id }, trace });
      return job?.job_hash === row.job_hash;
    } catch (error) {
      if (isAway(error)) throw error;
      // One answer that makes no sense must not keep all other rows for ever.
      this.logger.error({
        message: 'a job could not be handed over',
        job_id: row.job_id,
        error: String(error),
      });
      return false;
    }
  }

  private async settle(scheduled: readonly RowKey[], others: readonly RowKey[]): Promise<void> {
    await this.road.run(async (work) => {
      if (scheduled.length > 0) await deleteRows(work, scheduled);
      if (others.length > 0) await postponeRows(work, others);
      // A job that was sent once more after its row was gone is answered by nothing else on the road.
      work.answered(scheduled.map((row) => eventId(row.job_id, Step.Job, 0, row.job_hash)));
    });
  }
}
