import { randomBytes } from 'node:crypto';
import { Subjects, type CanonicalJob, type ClaimRequest } from '@countersign/contracts';
import type { BusLog } from '@countersign/messaging';
import type { WarrantProblem } from '@countersign/warrant';
import { claimReplies, type Grant } from './answers.js';
import { checkWarrants, type Granted, type WarrantVerdict } from './check-warrants.js';
import { messageOf } from './message-of.js';
import { attemptKey, type ReadOffer } from './read-offer.js';
import { WarrantKeys } from './warrant-keys.js';
import type { WorkerBus, WorkerClock } from './worker-types.js';

/**
 * What became of the claim on one offer. `unknown`: no answer came, or its warrant can't be judged yet; asking again
 * later is safe. `unwarranted`: a lease was given, but under no warrant that allows this run.
 */
export type ClaimOutcome =
  | {
      readonly kind: 'granted';
      readonly grant: Grant;
      readonly job: CanonicalJob;
      /** When the claim was first sent, monotonic: the run can't have begun earlier. */
      readonly sentAtMs: number;
      /** When the sending that was answered began, monotonic: what the lease still lasts counts from then. */
      readonly askedAtMs: number;
    }
  | { readonly kind: 'unwarranted'; readonly grant: Grant; readonly code: WarrantProblem }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown' };

/** Sendings of one claim request before its offers go back. */
const TRIES = 3;
/** How long one sending waits for its answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;
/** Unanswered claims remembered at most; the oldest is forgotten first. */
const MAX_UNANSWERED = 4_096;
const UNKNOWN: ClaimOutcome = { kind: 'unknown' };

/** A claim that is not settled, by the name that the scheduler knows it by. */
interface Ticket {
  readonly nonce: string;
  readonly sentAtMs: number;
}

/**
 * Claims offers, many in one request, and checks the warrants of the answers. A claim whose answer is lost is asked
 * again with the same nonce, also when its offer comes back later: then the scheduler gives the same lease again
 * instead of refusing its own grant.
 */
export class ClaimDesk {
  private readonly unsettled = new Map<string, Ticket>();
  private readonly keys: WarrantKeys;

  constructor(
    private readonly bus: Pick<WorkerBus, 'request'>,
    private readonly options: { readonly pool: string; readonly workerId: string },
    private readonly clock: WorkerClock,
    private readonly log: BusLog,
  ) {
    this.keys = new WarrantKeys(bus, clock, log);
  }

  /** One outcome per offer, in order. Never throws. At most 256 offers. Nothing is claimed without keys to check with. */
  async claim(offers: readonly ReadOffer[]): Promise<ClaimOutcome[]> {
    if (!(await this.keys.ready())) return offers.map(() => UNKNOWN);
    const outcomes = new Map<string, ClaimOutcome>();
    for (let tries = 0; tries < TRIES && outcomes.size < offers.length; tries++)
      await this.ask(
        offers.filter((o) => !outcomes.has(o.key)),
        outcomes,
      );
    return offers.map((o) => outcomes.get(o.key) ?? UNKNOWN);
  }

  private async ask(offers: readonly ReadOffer[], outcomes: Map<string, ClaimOutcome>): Promise<void> {
    const asked = new Map(offers.map((offer) => [offer.key, { offer, ticket: this.ticketOf(offer.key) }]));
    const request: ClaimRequest = {
      worker_id: this.options.workerId,
      claims: [...asked.values()].map(({ offer, ticket }) => ({
        job_id: offer.jobId,
        attempt: offer.attempt,
        nonce: ticket.nonce,
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
    const granted: (Granted & Ticket)[] = [];
    for (const answer of claimReplies(reply)) {
      const key = attemptKey(answer.job_id, answer.attempt);
      const question = asked.get(key);
      // One answer each: of two, the second is nobody's.
      if (!question || !asked.delete(key)) continue;
      if (answer.ok) granted.push({ offer: question.offer, grant: answer, askedAtMs, ...question.ticket });
      else this.settle(outcomes, key, { kind: 'refused', code: answer.code });
    }
    if (granted.length === 0) return;
    const verdicts = await checkWarrants(granted, this.options.pool, this.keys, () => this.clock.now());
    for (const [i, one] of granted.entries()) {
      const outcome = outcomeOf(one, verdicts[i] ?? 'later');
      if (outcome.kind === 'unknown') outcomes.set(one.offer.key, outcome);
      else this.settle(outcomes, one.offer.key, outcome);
    }
  }

  private settle(outcomes: Map<string, ClaimOutcome>, key: string, outcome: ClaimOutcome): void {
    this.unsettled.delete(key);
    outcomes.set(key, outcome);
  }

  private ticketOf(key: string): Ticket {
    let ticket = this.unsettled.get(key);
    if (ticket) return ticket;
    if (this.unsettled.size >= MAX_UNANSWERED) {
      const [oldest] = this.unsettled.keys();
      if (oldest !== undefined) this.unsettled.delete(oldest);
    }
    ticket = { nonce: randomBytes(16).toString('hex'), sentAtMs: this.clock.now() };
    this.unsettled.set(key, ticket);
    return ticket;
  }
}

function outcomeOf(
  { offer, grant, sentAtMs, askedAtMs }: Granted & Ticket,
  verdict: WarrantVerdict,
): ClaimOutcome {
  if (verdict === 'later') return UNKNOWN;
  if (verdict !== 'holds') return { kind: 'unwarranted', grant, code: verdict };
  if (offer.job === undefined) return { kind: 'unwarranted', grant, code: 'warrant_other_bytes' };
  return { kind: 'granted', grant, job: offer.job, sentAtMs, askedAtMs };
}
