import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  CheckOutcome,
  EventType,
  Service,
  Subjects,
  type CheckFailure,
  type PolicyCheckFailed,
} from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Road, roadOf, Sweeper, sweeperOf } from '@countersign/service-kit';

/** Denials alike are told once at once, and then as a count each time this has passed, in milliseconds. */
export const TELL_INTERVAL_MS = 10_000;

/** One check that had no answer. */
export interface FailedCheck {
  readonly outcome: CheckOutcome;
  readonly cause: CheckFailure;
  readonly environment: string;
  readonly tenant_id: string;
  readonly by: string;
  readonly topic: string;
  readonly agent_id: string;
  readonly job_hash: string;
  readonly traceparent: string;
}

interface Tally {
  count: number;
  since: string;
  last: FailedCheck;
}

/**
 * Puts every use of the fail mode into the audit log. One that lets somebody go on is written down before it is
 * answered, each for itself; denials of one caller are counted, so that an outage is not a flood.
 */
@Injectable()
export class CheckFailureLog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('policy check');
  private readonly tallies = new Map<string, Tally>();

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Pick<Road, 'run'>,
    @Inject(sweeperOf(Service.Gateway)) private readonly sweeper: Pick<Sweeper, 'every'>,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.every('failed checks', TELL_INTERVAL_MS, () => this.tellCounts());
  }

  onApplicationShutdown(): Promise<void> {
    return this.tellCounts();
  }

  /** Writes down that a check was let through. Throws when it can't be: then it must not be. */
  async recordOpen(check: FailedCheck): Promise<void> {
    this.logger.error({
      message: 'FAIL OPEN: a policy check was answered with ALLOW by nobody',
      cause: check.cause,
      tenant: check.tenant_id,
      by: check.by,
      topic: check.topic,
    });
    await this.tell([{ count: 1, since: new Date().toISOString(), last: check }]);
  }

  /** Counts a check that was denied for want of an answer. Never throws and never waits. */
  recordClosed(check: FailedCheck): void {
    const key = JSON.stringify([check.tenant_id, check.by, check.cause]);
    const tally = this.tallies.get(key);
    const isFirst = tally === undefined;
    const since = isFirst || tally.count === 0 ? new Date().toISOString() : tally.since;
    this.tallies.set(key, { count: (tally?.count ?? 0) + 1, since, last: check });
    if (isFirst)
      this.tellCounts().catch((error: unknown) =>
        this.logger.warn({ message: 'a failed check is not audited yet', error: String(error) }),
      );
  }

  /** Tells what has been counted since the last time. What can't be told stays counted; kinds that stopped are forgotten. */
  async tellCounts(): Promise<void> {
    const counted: Tally[] = [];
    for (const [key, tally] of this.tallies) {
      if (tally.count > 0) counted.push({ ...tally });
      else this.tallies.delete(key);
      tally.count = 0;
    }
    if (counted.length === 0) return;
    try {
      await this.tell(counted);
    } catch (error) {
      for (const tally of counted) this.countAgain(tally);
      throw error;
    }
  }

  private countAgain({ count, since, last }: Tally): void {
    const key = JSON.stringify([last.tenant_id, last.by, last.cause]);
    const now = this.tallies.get(key);
    this.tallies.set(key, { count: count + (now?.count ?? 0), since, last: now?.last ?? last });
  }

  private tell(tallies: readonly Tally[]): Promise<void> {
    return this.road.run((work) => {
      for (const { count, since, last } of tallies) {
        const { traceparent, ...check } = last;
        const body: PolicyCheckFailed = { ...check, count, since };
        work.emit({
          subject: Subjects.eventPolicyCheck.address({ outcome: check.outcome }),
          id: `policy-check:${newUlid()}`,
          type: EventType.PolicyCheckFailed,
          body,
          traceparent,
          final: true,
        });
      }
      return Promise.resolve();
    });
  }
}
