import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { Road, Sweeper, roadOf, sweeperOf } from '@countersign/service-kit';
import { FORGET_BATCH, forgetEnds } from '../approval/ended-jobs.store.js';
import { ESCALATE_BATCH, escalateApprovals } from '../escalate/escalate-approvals.js';
import { forgetChanges } from '../change/forget-changes.js';
import { EXPIRE_BATCH, expireApprovals, forgetExcessHalves, forgetHalves } from './expire-approvals.js';

/** Milliseconds between two looks at what has expired. Votes do not depend on it: they read the time themselves. */
const EXPIRE_EVERY_MS = 1000;
/** Milliseconds between two looks at whether too many halves wait. */
const COUNT_EVERY_MS = 5000;
/** Milliseconds between two looks at halves that never met and at ends of long ago: an hour. */
const FORGET_EVERY_MS = 3_600_000;

/** Ends what nobody answered in time. */
@Injectable()
export class ExpireApprovalsSweep implements OnApplicationBootstrap {
  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(sweeperOf(Service.ApprovalService)) private readonly sweeper: Pick<Sweeper, 'every'>,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.every('expire approvals', EXPIRE_EVERY_MS, () => this.expireDue());
    this.sweeper.every('escalate approvals', EXPIRE_EVERY_MS, () => this.escalateDue());
    this.sweeper.every('forget changes', FORGET_EVERY_MS, () => this.road.run(forgetChanges));
    this.sweeper.every('excess halves', COUNT_EVERY_MS, () => this.road.run(forgetExcessHalves));
    this.sweeper.every('forget halves', FORGET_EVERY_MS, () => this.road.run(forgetHalves));
    this.sweeper.every('forget ends', FORGET_EVERY_MS, () => this.forgetOldEnds());
  }

  private async expireDue(): Promise<void> {
    let ended: number;
    do ended = await this.road.run(expireApprovals);
    while (ended === EXPIRE_BATCH);
  }

  private async escalateDue(): Promise<void> {
    let escalated: number;
    do escalated = await this.road.run(escalateApprovals);
    while (escalated === ESCALATE_BATCH);
  }

  private async forgetOldEnds(): Promise<void> {
    let forgotten: number;
    do forgotten = await this.road.run(forgetEnds);
    while (forgotten === FORGET_BATCH);
  }
}
