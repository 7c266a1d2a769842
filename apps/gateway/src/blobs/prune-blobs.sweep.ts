import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { newTraceparent, traceIdOf } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { Road, roadOf, Sweeper, sweeperOf } from '@countersign/service-kit';
import { isAway, JobFinder } from '../read/job-finder.js';
import { RELEASED_DAYS } from './blob-limits.js';
import { removeBlobs } from './blob.store.js';
import { fateOf, type DueBlob, type Fate } from './prune-blobs.js';

const PRUNE_EVERY_MS = 5_000;
/** Most blobs of one look, each up to 200 pieces. */
const BATCH = 20;

/** Lets go of blobs that no output refers to, and notes which were released: those count no more against their tenant. */
@Injectable()
export class PruneBlobsSweep implements OnApplicationBootstrap {
  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(sweeperOf(Service.Gateway)) private readonly sweeper: Sweeper,
    private readonly finder: JobFinder,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.every('blobs', PRUNE_EVERY_MS, () => this.prune());
  }

  /** Decides about a batch. While the scheduler does not answer everything stays. */
  async prune(): Promise<void> {
    const due = await dueBlobs(this.road.database);
    const fates = new Map<Fate, string[]>();
    try {
      for (const blob of due) {
        const fate = fateOf(blob, blob.state === 'stored' ? await this.jobOf(blob) : undefined);
        fates.set(fate, [...(fates.get(fate) ?? []), blob.blob_id]);
      }
    } catch (error) {
      if (!isAway(error)) throw error;
    }
    await this.road.run(async (work) => {
      await removeBlobs(work, fates.get('remove') ?? []);
      await release(work, fates.get('release') ?? []);
      await postpone(work, fates.get('keep') ?? []);
    });
  }

  private jobOf({ job_id, tenant_id: tenant }: DueBlob): Promise<object | undefined> {
    const traceparent = newTraceparent();
    const trace = { traceparent, traceId: traceIdOf(traceparent) ?? '' };
    return this.finder.scheduled(job_id, { caller: { tenant }, trace });
  }
}

const dueBlobs = (sql: Sql) =>
  sql.query<DueBlob>(
    `SELECT blob_id, tenant_id, job_id, digest, state, date_part('epoch', now() - created_at) / 3600 AS age_hours
       FROM blobs WHERE due_at <= now() ORDER BY due_at LIMIT ${BATCH}`,
  );

async function release(sql: Sql, blobIds: readonly string[]): Promise<void> {
  if (blobIds.length > 0)
    await sql.query(
      `UPDATE blobs SET state = 'released', due_at = now() + make_interval(days => ${RELEASED_DAYS})
        WHERE blob_id = ANY($1)`,
      [[...blobIds]],
    );
}

/** Looks at blobs again when they are twice as old, in an hour at most. */
async function postpone(sql: Sql, blobIds: readonly string[]): Promise<void> {
  if (blobIds.length > 0)
    await sql.query(
      `UPDATE blobs SET due_at = now() + least(now() - created_at, interval '1 hour') WHERE blob_id = ANY($1)`,
      [[...blobIds]],
    );
}
