import { Inject, Injectable, Optional, type OnApplicationBootstrap } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { HEALTH_DETAILS, HealthDetails, Road, roadOf, Sweeper, sweeperOf } from '@countersign/service-kit';

/** Milliseconds between two looks at the queue. */
const LOOK_EVERY_MS = 5_000;

/** How much waits for the reviewers of all tenants, and since when. */
export interface QueueDepth {
  readonly pending: number;
  readonly oldest_age_sec: number;
  /** Ends of the last hour that nobody decided: time-outs, and refusals because too much waited. */
  readonly expired_last_hour: number;
  readonly refused_last_hour: number;
}

/** Looks at the queue of all tenants: numbers alone, nothing of any of them. */
export async function measureQueue(sql: Sql): Promise<QueueDepth> {
  const [row] = await sql.query<QueueDepth>(
    `SELECT o.pending, o.oldest_age_sec, e.expired_last_hour, e.refused_last_hour
       FROM (SELECT count(*)::int AS pending,
                    coalesce(floor(date_part('epoch', now() - min(created_at))), 0)::int AS oldest_age_sec
               FROM approvals WHERE state = 'PENDING') o,
            (SELECT count(*) FILTER (WHERE state = 'EXPIRED')::int AS expired_last_hour,
                    count(*) FILTER (WHERE resolved_reason = 'approval_queue_full')::int AS refused_last_hour
               FROM approvals WHERE resolved_at > now() - interval '1 hour') e`,
  );
  return row ?? { pending: 0, oldest_age_sec: 0, expired_last_hour: 0, refused_last_hour: 0 };
}

/** Tells in the health of the process how much waits for the reviewers. */
@Injectable()
export class QueueHealth implements OnApplicationBootstrap {
  private depth: QueueDepth | null = null;

  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Pick<Road, 'database'>,
    @Inject(sweeperOf(Service.ApprovalService)) private readonly sweeper: Pick<Sweeper, 'every'>,
    @Optional() @Inject(HEALTH_DETAILS) private readonly details?: HealthDetails,
  ) {}

  onApplicationBootstrap(): void {
    this.details?.add('approvals', () => this.depth);
    this.sweeper.every('approval queue', LOOK_EVERY_MS, async () => {
      this.depth = await measureQueue(this.road.database);
    });
  }
}
