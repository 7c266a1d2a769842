import { HEARTBEAT_SEC, Subjects, type HeartbeatRequest } from '@countersign/contracts';
import type { BusLog } from '@countersign/messaging';
import { heartbeatReplies, type HeartbeatReply } from './answers.js';
import { messageOf } from './message-of.js';
import type { WorkerBus, WorkerClock } from './worker-types.js';

/** How often the scheduler is asked while results wait to be recorded, in milliseconds. */
const RECORDED_POLL_MS = 1_000;
/** How long one request waits for its answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;
/** Most leases in one request. */
const MAX_LEASES = 4_096;

type LeaseRef = HeartbeatRequest['leases'][number];

/** What the heartbeats report on, and whom they tell. */
export interface HeartbeatSource {
  running(): readonly LeaseRef[];
  unrecorded(): readonly LeaseRef[];
  /** `askedAtMs`: when the request was sent, monotonic; what the answer grants counts from then. */
  answered(answers: readonly HeartbeatReply[], askedAtMs: number): void;
}

/** One request for all leases of a worker, at the pace that the most demanding of them needs; never two at a time. */
export class Heartbeats {
  private lastMs = Number.NEGATIVE_INFINITY;
  private beating: Promise<void> | undefined;
  private paceMs = HEARTBEAT_SEC * 1000;

  constructor(
    private readonly bus: Pick<WorkerBus, 'request'>,
    private readonly options: { readonly pool: string; readonly workerId: string },
    private readonly source: HeartbeatSource,
    private readonly clock: WorkerClock,
    private readonly log: BusLog,
  ) {}

  /** The pace that the scheduler asked for with a grant. */
  setPace(seconds: number): void {
    this.paceMs = seconds * 1000;
  }

  tick(nowMs: number): void {
    if (this.beating || nowMs - this.lastMs < Math.min(RECORDED_POLL_MS, this.paceMs)) return;
    const unrecorded = this.source.unrecorded();
    if (unrecorded.length === 0 && nowMs - this.lastMs < this.paceMs) return;
    void this.beat();
  }

  /** Asks now. Never throws: a request without answer extends nothing. */
  beat(): Promise<void> {
    this.beating ??= this.ask().finally(() => (this.beating = undefined));
    return this.beating;
  }

  private async ask(): Promise<void> {
    const leases = [...this.source.running(), ...this.source.unrecorded()];
    if (leases.length === 0) return;
    this.lastMs = this.clock.now();
    for (let from = 0; from < leases.length; from += MAX_LEASES)
      await this.askAbout(leases.slice(from, from + MAX_LEASES));
  }

  private async askAbout(leases: LeaseRef[]): Promise<void> {
    const request: HeartbeatRequest = { worker_id: this.options.workerId, leases };
    const askedAtMs = this.clock.now();
    let reply: unknown;
    try {
      reply = await this.bus.request(
        Subjects.heartbeat.address({ pool: this.options.pool }),
        request,
        ANSWER_TIMEOUT_MS,
      );
    } catch (error) {
      this.log.warn('a heartbeat was not answered', { leases: leases.length, error: messageOf(error) });
      return;
    }
    this.source.answered(heartbeatReplies(reply), askedAtMs);
  }
}
