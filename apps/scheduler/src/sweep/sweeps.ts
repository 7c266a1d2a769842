import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import {
  PLATFORM_CONFIG,
  Road,
  roadOf,
  Sweeper,
  sweeperOf,
  type PlatformConfig,
} from '@countersign/service-kit';
import { BURY_BATCH, endDeadJobs } from '../bury/dead-jobs.store.js';
import { jobRulesOf } from '../job/job-rules.js';
import { forgetOldWindows } from '../rate/rate.store.js';
import { dueSweeps, forgetOrphanedFacts, SWEEP_BATCH, sweepOnce } from './due-jobs.js';

/** How often stored state is asked for what is due, in milliseconds: a small part of the shortest limit (1 s). */
const SWEEP_INTERVAL_MS = 250;
const DEAD_LETTERS_INTERVAL_MS = 5_000;
const PRUNE_INTERVAL_MS = 3_600_000;

/** Starts the scheduler's sweeps with the process. */
@Injectable()
export class Sweeps implements OnApplicationBootstrap {
  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(sweeperOf(Service.Scheduler)) private readonly sweeper: Pick<Sweeper, 'every'>,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
  ) {}

  onApplicationBootstrap(): void {
    const rules = jobRulesOf(this.config);
    this.sweeper.every('due', SWEEP_INTERVAL_MS, async () => {
      for (const sweep of await dueSweeps(this.road.database))
        for (let found = SWEEP_BATCH; found === SWEEP_BATCH;)
          found = await this.road.run((work) => sweepOnce(work, sweep, rules));
    });
    this.sweeper.every('dead letters', DEAD_LETTERS_INTERVAL_MS, async () => {
      for (let found = BURY_BATCH; found === BURY_BATCH;)
        found = await this.road.run((work) => endDeadJobs(work, rules));
    });
    this.sweeper.every('prune', PRUNE_INTERVAL_MS, async () => {
      await forgetOldWindows(this.road.database);
      await forgetOrphanedFacts(this.road.database);
    });
  }
}
