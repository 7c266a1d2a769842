import { randomBytes } from 'node:crypto';
import { Subjects, type ClaimRequest } from '@countersign/contracts';
import type { BusLog } from '@countersign/messaging';
import { claimReplies, type Grant } from './answers.js';
import { attemptKey, type ReadOffer } from './read-offer.js';
import type { WorkerBus, WorkerClock } from './worker-types.js';

/** What became of the claim on one offer. `unknown`: no answer came; asking again later is safe. */
export type ClaimOutcome =
  | {
      readonly kind: 'granted';
      readonly grant: Grant;
      /** When the claim was first sent, monotonic: the run can't have begun earlier. */
      readonly sentAtMs: number;
      /** When the sending that was answered began, monotonic: what the lease still lasts counts from then. */
      readonly askedAtMs: number;
    }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown' };

/** Sendings of one claim request before its offers go back. */
const TRIES = 3;
/** How long one sending waits for its answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;
/** Unanswered claims remembered at most; the oldest is forgotten first. */
const MAX_UNANSWERED = 4_096;

/**
 * Claims offers, many in one request. A claim whose answer is lost is asked again with the same nonce, also when its
 * offer comes back later: then the scheduler gives the same lease again instead of refusing its own grant.
 */
export class ClaimDesk {
  private readonly unanswered = new Map<string, { readonly nonce: string; readonly sentAtMs: number }>();

  constructor(
    private readonly bus: Pick<WorkerBus, 'request'>,
    private readonly options: { readonly pool: string; readonly workerId: string },
    private readonly clock: WorkerClock,
    private readonly log: BusLog,
  ) {}

  /** One outcome per offer, in order. Never throws. At most 256 offers. */
  async claim(offers: readonly ReadOffer[]): Promise<ClaimOutcome[]> {
    const outcomes = new Map<string, ClaimOutcome>();
    for (let tries = 0; tries < TRIES && outcomes.size < offers.length; tries++)
      await this.ask(
        offers.filter((o) => !outcomes.has(o.key)),
        outcomes,
      );
    return offers.map((o) => outcomes.get(o.key) ?? { kind: 'unknown' });
  }

  private async ask(offers: readonly ReadOffer[], outcomes: Map<string, ClaimOutcome>): Promise<void> {
    const asked = new Map(offers.map((o) => [o.key, this.ticketOf(o.key)]));
    const request: ClaimRequest = {
      worker_id: this.options.workerId,
      claims: offers.map((o) => ({
        job_id: o.job.job_id,
        attempt: o.attempt,
        nonce: asked.get(o.key)!.nonce,
      })),
    };
    const askedAtMs = this.clock.now();
    let reply: unknown;
    try {
      reply = await this.bus.request(
        Subjects.claim.address({ pool: this.options.pool }),
        request,
        ANSWER_TIMEOUT_MS,
      );
    } catch (error) {
      this.log.warn('a claim was not answered', { offers: offers.length, error: messageOf(error) });
      return;
    }
    for (const answer of claimReplies(reply)) {
      const key = attemptKey(answer.job_id, answer.attempt);
      const ticket = asked.get(key);
      if (!ticket || outcomes.has(key)) continue;
      this.unanswered.delete(key);
      outcomes.set(
        key,
        answer.ok
          ? { kind: 'granted', grant: answer, sentAtMs: ticket.sentAtMs, askedAtMs }
          : { kind: 'refused', code: answer.code },
      );
    }
  }

  private ticketOf(key: string) {
    let ticket = this.unanswered.get(key);
    if (ticket) return ticket;
    if (this.unanswered.size >= MAX_UNANSWERED) {
      const [oldest] = this.unanswered.keys();
      if (oldest !== undefined) this.unanswered.delete(oldest);
    }
    ticket = { nonce: randomBytes(16).toString('hex'), sentAtMs: this.clock.now() };
    this.unanswered.set(key, ticket);
    return ticket;
  }
}

/** What may be said of a failure in a log line. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'not an error';
