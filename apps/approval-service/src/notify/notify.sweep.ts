import {
  Inject,
  Injectable,
  Optional,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Service } from '@countersign/contracts';
import {
  HEALTH_DETAILS,
  HealthDetails,
  PLATFORM_CONFIG,
  Road,
  roadOf,
  Sweeper,
  sweeperOf,
  type PlatformConfig,
} from '@countersign/service-kit';
import { textCleaner } from './clean-text.js';
import { measureNotifications, storeTargets, type NotificationDepth } from './notification.store.js';
import type { NotificationSettings } from './notification-settings.js';
import { NOTIFICATION_SETTINGS } from './notification-settings.provider.js';
import { Notifier } from './notifier.js';

/** Milliseconds between two looks at what is due for a target. */
const SEND_EVERY_MS = 1_000;
/** Milliseconds between two looks at how much waits. */
const LOOK_EVERY_MS = 5_000;
/** Milliseconds between two looks at what is too old: an hour. */
const GIVE_UP_EVERY_MS = 3_600_000;

/** Sends what waits, each target by itself, and tells in the health of the process how much that is. */
@Injectable()
export class NotifySweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly notifier: Notifier;
  private depth: NotificationDepth | null = null;

  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(sweeperOf(Service.ApprovalService)) private readonly sweeper: Pick<Sweeper, 'every'>,
    @Inject(NOTIFICATION_SETTINGS) private readonly settings: NotificationSettings,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
    @Optional() @Inject(HEALTH_DETAILS) private readonly details?: HealthDetails,
  ) {
    this.notifier = new Notifier(road, settings, textCleaner(config.secrets.fingerprintKey));
  }

  async onApplicationBootstrap(): Promise<void> {
    const { targets } = this.settings;
    await this.road.run((work) => storeTargets(work, targets));
    this.details?.add('notifications', () =>
      this.depth === null ? null : { ...this.depth, gone_targets: this.notifier.gone },
    );
    for (const target of targets)
      this.sweeper.every(`notify ${target.name}`, SEND_EVERY_MS, () => this.notifier.sendDue(target));
    this.sweeper.every('stale notifications', GIVE_UP_EVERY_MS, () => this.notifier.giveUpStale());
    this.sweeper.every('unsent notifications', LOOK_EVERY_MS, async () => {
      this.depth = await measureNotifications(this.road.database);
    });
  }

  beforeApplicationShutdown(): void {
    this.notifier.stop();
  }
}
