import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import {
  PLATFORM_CONFIG,
  Road,
  Sweeper,
  roadOf,
  sweeperOf,
  type PlatformConfig,
} from '@countersign/service-kit';
import { forgetTold, giveUpUnanswered } from './give-up-unanswered.js';
import {
  REVIEW_DAYS,
  UNCONFIRMED,
  WITHHOLD_BATCH,
  sweepUnconfirmed,
  withholdOverdue,
} from './sweep-quarantine.js';

/** Milliseconds between two looks at what nobody answers. Between them a flood grows as fast as it can be scanned. */
const COUNT_EVERY_MS = 5_000;
/** Milliseconds between two looks at what is old. */
const FORGET_EVERY_MS = 60_000;

/** Keeps what workers leave here within bounds, and lets go of what has had its time. */
@Injectable()
export class ScannerSweeps implements OnApplicationBootstrap {
  constructor(
    @Inject(roadOf(Service.OutputScanner)) private readonly road: Road,
    @Inject(sweeperOf(Service.OutputScanner)) private readonly sweeper: Sweeper,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.every('unanswered verdicts', COUNT_EVERY_MS, () => this.road.run(giveUpUnanswered));
    this.sweeper.every('unconfirmed quarantine', COUNT_EVERY_MS, () =>
      this.road.run((work) => sweepUnconfirmed(work, UNCONFIRMED, this.days)),
    );
    this.sweeper.every('told verdicts', FORGET_EVERY_MS, () => this.road.run(forgetTold));
    this.sweeper.every('overdue reviews', FORGET_EVERY_MS, () => this.withholdOverdue());
  }

  private get days(): number {
    return this.config.scan?.quarantineDays ?? REVIEW_DAYS;
  }

  private async withholdOverdue(): Promise<void> {
    let withheld: number;
    do withheld = await this.road.run((work) => withholdOverdue(work, this.days));
    while (withheld === WITHHOLD_BATCH);
  }
}
