import type { KeyObject } from 'node:crypto';
import { Subjects } from '@countersign/contracts';
import type { BusLog } from '@countersign/messaging';
import { importPublicKeys } from '@countersign/warrant';
import { messageOf } from './message-of.js';
import type { WorkerBus, WorkerClock } from './worker-types.js';

/** How old the keys may be when a claim is made, in milliseconds: a revoked key is refused after that at the latest. */
const MAX_AGE_MS = 300_000;
/** Least time between two questions, in milliseconds: warrants that name made-up keys flood nobody. */
const ASK_EVERY_MS = 3_000;
/** How long one question waits for its answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;

/** The scheduler's public keys, asked for over the bus and remembered. */
export class WarrantKeys {
  private keys: ReadonlyMap<string, KeyObject> = new Map();
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private asking: Promise<boolean> | undefined;

  constructor(
    private readonly bus: Pick<WorkerBus, 'request'>,
    private readonly clock: WorkerClock,
    private readonly log: BusLog,
  ) {}

  /** The key of a name, as far as the scheduler has told. */
  keyOf(kid: string): KeyObject | undefined {
    return this.keys.get(kid);
  }

  /** Whether keys are known that are fresh enough for a claim. Asks when they are not. Never throws. */
  async ready(): Promise<boolean> {
    if (!this.isFresh) await (this.asking ?? this.refresh());
    return this.isFresh;
  }

  /**
   * Asks for the keys. True when they were heard by a question of this call; false when there was no answer, or when
   * they were asked for a moment ago, and then a key that is not there may yet come. Never throws.
   */
  async refresh(): Promise<boolean> {
    if (this.asking) {
      await this.asking;
      return false;
    }
    if (this.clock.now() - this.askedAtMs < ASK_EVERY_MS) return false;
    this.askedAtMs = this.clock.now();
    this.asking = this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private get isFresh(): boolean {
    return this.clock.now() - this.heardAtMs < MAX_AGE_MS;
  }

  private async ask(): Promise<boolean> {
    const askedAtMs = this.clock.now();
    try {
      const set = await this.bus.request(Subjects.queryJwks.template, {}, ANSWER_TIMEOUT_MS);
      const keys = await importPublicKeys(set);
      if (!keys) throw new Error('the answer holds no keys');
      this.keys = keys;
      this.heardAtMs = askedAtMs;
      return true;
    } catch (error) {
      this.log.warn('the keys of warrants could not be asked for', { error: messageOf(error) });
      return false;
    }
  }
}
