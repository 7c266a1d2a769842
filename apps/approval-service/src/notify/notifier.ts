import { Logger } from '@nestjs/common';
import type { Road, Work } from '@countersign/service-kit';
import { retryDelaySec } from './back-off.js';
import type { CleanText } from './clean-text.js';
import { isQuestion } from './happening.js';
import { noticeOf, type StoredNotification } from './notice.js';
import {
  claimDue,
  forget,
  postpone,
  STALE_BATCH,
  takeStale,
  type StaleNotification,
} from './notification.store.js';
import type { NotificationSettings } from './notification-settings.js';
import type { SendOutcome } from './send-outcome.js';
import { sendNotice, type SendOptions } from './send-notice.js';
import type { Target } from './target.js';

/** Tries at one target at the same time, at most. A slow receiver holds up its own words alone. */
export const SENDS_AT_ONCE = 4;

/** What a test puts in the place of the world. */
export interface NotifierOptions extends SendOptions {
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * Sends what the database has noted for the targets. Nothing is held while a receiver is waited for: a row is claimed for
 * a minute, tried, and then forgotten or put off; whoever crashes in between leaves it to be tried again under its id.
 */
export class Notifier {
  private readonly logger = new Logger('notifications');
  private readonly goneTargets = new Set<string>();
  private readonly failingTargets = new Set<string>();
  private isStopping = false;

  constructor(
    private readonly road: Pick<Road, 'database' | 'run'>,
    private readonly settings: NotificationSettings,
    private readonly clean: CleanText,
    private readonly options: NotifierOptions = {},
  ) {}

  /** Targets that have said they are gone; nothing is sent there until a restart. */
  get gone(): readonly string[] {
    return [...this.goneTargets];
  }

  /** Starts no more tries; those in hand end by themselves within their time. */
  stop(): void {
    this.isStopping = true;
  }

  /** Sends all that is due for a target. */
  async sendDue(target: Target): Promise<void> {
    let claimed: readonly StoredNotification[];
    do {
      if (this.isStopping || this.goneTargets.has(target.name)) return;
      claimed = await claimDue(this.road.database, target.name, SENDS_AT_ONCE);
      await Promise.all(claimed.map((row) => this.send(target, row)));
    } while (claimed.length > 0);
  }

  /** Gives up what nobody will take any more. */
  async giveUpStale(): Promise<void> {
    let stale: readonly StaleNotification[];
    do
      stale = await this.road.run(async (work) => {
        const taken = await takeStale(work);
        for (const row of taken) tellUndeliverable(work, row);
        return taken;
      });
    while (stale.length === STALE_BATCH);
  }

  private async send(target: Target, row: StoredNotification): Promise<void> {
    if (isMoot(target, row)) return forget(this.road.database, row.notification_id);
    const notice = noticeOf(row, this.clean, this.settings.consoleUrl);
    const outcome = await sendNotice(target, notice, this.options);
    if (outcome.kind === 'taken') {
      if (this.failingTargets.delete(target.name))
        this.logger.log({ message: 'a target takes notifications again', target: target.name });
      return forget(this.road.database, row.notification_id);
    }
    if (outcome.kind === 'gone') await this.disable(target);
    else this.sayFailing(target, outcome.why);
    await this.putOff(target, row, outcome);
  }

  private async putOff(
    { name }: Target,
    row: StoredNotification,
    outcome: Exclude<SendOutcome, { kind: 'taken' }>,
  ): Promise<void> {
    const { random = Math.random } = this.options;
    const [why, asked] = outcome.kind === 'gone' ? ['http_410', 0] : [outcome.why, outcome.askedSec];
    const failures = row.failures + 1;
    const delaySec = retryDelaySec(failures, random(), asked);
    const { notification_id: notificationId } = row;
    if (delaySec !== undefined) return postpone(this.road.database, { notificationId, delaySec, why });
    this.logger.error({
      message: 'a notification is given up',
      target: name,
      notification: notificationId,
      why,
    });
    await this.road.run(async (work) => {
      await forget(work, notificationId);
      tellUndeliverable(work, { ...row, target: name, failures, last_failure: why });
    });
  }

  /** Said once until it takes something again: nobody would know for days otherwise that its settings are wrong. */
  private sayFailing({ name }: Target, why: string): void {
    if (this.failingTargets.has(name)) return;
    this.failingTargets.add(name);
    this.logger.warn({
      message: 'a target does not take notifications; they are tried again',
      target: name,
      why,
    });
  }

  /** Said once: the tries that were on their way may all bring the same answer. */
  private async disable({ name, tenants }: Target): Promise<void> {
    if (this.goneTargets.has(name)) return;
    this.goneTargets.add(name);
    this.logger.error({
      message: 'a target says that it is gone; nothing is sent there until a restart',
      target: name,
    });
    await this.road.run((work) => {
      work.refuse({
        job_id: null,
        trace_id: null,
        what: 'notification',
        reason_code: 'target_gone',
        detail: { target: name, tenants },
      });
      return Promise.resolve();
    });
  }
}

/** People are not asked about what is answered already; programs get every word, in whatever order. */
function isMoot({ channel }: Target, { event, state }: StoredNotification): boolean {
  const isForPeople = channel.kind === 'slack' || channel.kind === 'email';
  return isForPeople && isQuestion(event) && state !== 'PENDING';
}

function tellUndeliverable(work: Work, row: StaleNotification): void {
  const { notification_id, target, event, failures, last_failure, tenant_id, approval_id } = row;
  work.refuse({
    job_id: row.job_id,
    trace_id: row.trace_id,
    what: 'notification',
    reason_code: 'undeliverable',
    detail: { notification_id, target, event, failures, last_failure, tenant_id, approval_id },
  });
}
