import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Service, type Refused } from '@countersign/contracts';
import { Road, roadOf, Sweeper, sweeperOf } from '@countersign/service-kit';
import type { ProblemCode } from '../http/problem-codes.js';
import type { Refusal } from './refusal.js';

/** Refusals alike are told once at once, and then as a count each time this has passed, in milliseconds. */
export const REFUSAL_WINDOW_MS = 60_000;

/** Refusals alike that are not told yet. */
interface Tally {
  count: number;
  since: string;
  last: Refusal;
}

/**
 * Tells the audit log what was refused at the edge. Refusals of one command, code and caller are one kind: the first
 * is told at once, the others as a count a minute. So a flood of bad requests costs at most one event a minute for
 * each kind, and there are only as many kinds as codes. Counts that were not told die with the process.
 */
@Injectable()
export class RefusalLog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('gateway refusals');
  private readonly tallies = new Map<string, Tally>();
  private readonly telling = new Set<Promise<void>>();

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(sweeperOf(Service.Gateway)) private readonly sweeper: Sweeper,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.every('refusals', REFUSAL_WINDOW_MS, () => this.tellCounts());
  }

  /** Remembers a refusal. Never throws and never waits: a refusal changes nothing that it would have to wait for. */
  record(refusal: Refusal): void {
    if (this.count(refusal, 1)) return;
    this.tallies.set(keyOf(refusal), { count: 0, since: now(), last: refusal });
    this.tell([{ count: 1, since: now(), last: refusal }]);
  }

  /** Tells what has been counted since the last time, and forgets the kinds that have not come again. */
  async tellCounts(): Promise<void> {
    const counted: Tally[] = [];
    for (const [key, tally] of this.tallies) {
      if (tally.count > 0) counted.push({ ...tally });
      else this.tallies.delete(key);
      tally.count = 0;
    }
    if (counted.length > 0) this.tell(counted);
    await Promise.all(this.telling);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tellCounts();
  }

  /** Adds to a kind that has been told already. False when it has not. */
  private count(refusal: Refusal, more: number): boolean {
    const tally = this.tallies.get(keyOf(refusal));
    if (!tally) return false;
    if (tally.count === 0) tally.since = now();
    tally.count += more;
    tally.last = refusal;
    return true;
  }

  private tell(tallies: readonly Tally[]): void {
    const told: Promise<void> = this.road
      .run((work) => {
        for (const tally of tallies) work.refuse(refusedOf(tally));
        return Promise.resolve();
      })
      .catch((error: unknown) => {
        this.logger.warn({ message: 'refusals were not audited, they are counted', error: String(error) });
        for (const tally of tallies)
          if (!this.count(tally.last, tally.count)) this.tallies.set(keyOf(tally.last), { ...tally });
      })
      .then(() => void this.telling.delete(told));
    this.telling.add(told);
  }
}

const now = () => new Date().toISOString();

const keyOf = ({ what, code, caller }: Refusal) =>
  JSON.stringify([what, code, caller?.tenant ?? null, caller?.name ?? null]);

/** Codes with which a service answers about a job that it has found in the caller's tenant. */
const JOB_WAS_FOUND: ReadonlySet<ProblemCode> = new Set([
  'already_resolved',
  'already_voted',
  'expired',
  'illegal_transition',
  'not_in_group',
  'policy_changed',
  'self_approval',
  'submitter_unknown',
]);

/** A job is the event's subject only where it is the caller's to see: else anybody could write into its trail. */
function refusedOf({ count, since, last }: Tally): Refused {
  const { what, code, caller, pointer, target, traceId, bodySha256 } = last;
  return {
    job_id: JOB_WAS_FOUND.has(code) ? target : null,
    trace_id: traceId,
    what,
    reason_code: code,
    detail: {
      by: caller?.name ?? null,
      tenant_id: caller?.tenant ?? null,
      target,
      pointer,
      body_sha256: bodySha256,
      count,
      since,
    },
  };
}
