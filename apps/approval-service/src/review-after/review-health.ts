import { Inject, Injectable, Optional, type OnApplicationBootstrap } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { HEALTH_DETAILS, HealthDetails, Road, roadOf, Sweeper, sweeperOf } from '@countersign/service-kit';

/** Milliseconds between two looks at the list. */
const LOOK_EVERY_MS = 5_000;

/** How much released work of all tenants waits for a person's mark, and for how long. */
export interface ReviewDepth {
  readonly waiting: number;
  readonly oldest_age_sec: number;
}

/** Looks at the list of all tenants: numbers alone, nothing of any of them. */
export async function measureReviews(sql: Sql): Promise<ReviewDepth> {
  const [row] = await sql.query<ReviewDepth>(
    `SELECT count(*)::int AS waiting,
            coalesce(floor(date_part('epoch', now() - min(waits_since))), 0)::int AS oldest_age_sec
       FROM reviews WHERE state = 'waiting'`,
  );
  return row ?? { waiting: 0, oldest_age_sec: 0 };
}

/** Tells in the health of the process how much released work nobody has looked at. */
@Injectable()
export class ReviewHealth implements OnApplicationBootstrap {
  private depth: ReviewDepth | null = null;

  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Pick<Road, 'database'>,
    @Inject(sweeperOf(Service.ApprovalService)) private readonly sweeper: Pick<Sweeper, 'every'>,
    @Optional() @Inject(HEALTH_DETAILS) private readonly details?: HealthDetails,
  ) {}

  onApplicationBootstrap(): void {
    this.details?.add('reviews', () => this.depth);
    this.sweeper.every('review list', LOOK_EVERY_MS, async () => {
      this.depth = await measureReviews(this.road.database);
    });
  }
}
