import type { ThrottleLimit } from './throttle-obligation.js';

/** What a rate counts by. */
export interface RateSubject {
  readonly tenantId: string;
  readonly agentId: string;
  readonly action: string;
  readonly topic: string;
}

/** Jobs booked into one window of one rate. */
export interface RateWindow {
  readonly tenantId: string;
  readonly rateKey: string;
  readonly startMs: number;
  readonly used: number;
}

/** The name under which a limit counts a job: rules never share a count. */
export function rateKeyOf(limit: ThrottleLimit, subject: RateSubject): string {
  const value = {
    tenant: '',
    agent: subject.agentId,
    action: subject.action,
    topic: subject.topic,
  }[limit.key];
  return `${limit.rule_id}|${limit.key}|${value}`;
}

/**
 * Windows of a rate. A burst below the limit makes shorter windows of `burst` jobs each, rounded up to the
 * millisecond, so that neither the burst nor the limit of the whole window is exceeded.
 */
function windowOf(limit: ThrottleLimit): { readonly lengthMs: number; readonly capacity: number } {
  const capacity = Math.min(limit.burst, limit.limit);
  return { capacity, lengthMs: Math.ceil((limit.window_sec * 1000 * capacity) / limit.limit) };
}

/** Books jobs into rate windows. A place in a later window is booked at once, so waiting jobs keep their order. */
export class RateLedger {
  private readonly used = new Map<string, RateWindow>();
  private readonly changed = new Set<string>();

  constructor(windows: readonly RateWindow[] = []) {
    for (const window of windows)
      this.used.set(idOf(window.tenantId, window.rateKey, window.startMs), window);
  }

  /** The first moment, not before `nowMs`, at which every limit has room. Books nothing. */
  firstFree(limits: readonly ThrottleLimit[], subject: RateSubject, nowMs: number): number {
    let atMs = nowMs;
    for (let settled = false; !settled;) {
      settled = true;
      for (const limit of limits) {
        const { lengthMs, capacity } = windowOf(limit);
        const startMs = Math.floor(atMs / lengthMs) * lengthMs;
        if (this.usedIn(limit, subject, startMs) < capacity) continue;
        atMs = startMs + lengthMs;
        settled = false;
      }
    }
    return atMs;
  }

  /** Books one job into the windows of `atMs`. */
  book(limits: readonly ThrottleLimit[], subject: RateSubject, atMs: number): void {
    for (const limit of limits) {
      const { lengthMs } = windowOf(limit);
      const startMs = Math.floor(atMs / lengthMs) * lengthMs;
      const rateKey = rateKeyOf(limit, subject);
      const id = idOf(subject.tenantId, rateKey, startMs);
      const used = this.usedIn(limit, subject, startMs) + 1;
      this.used.set(id, { tenantId: subject.tenantId, rateKey, startMs, used });
      this.changed.add(id);
    }
  }

  /** Windows whose count changed since the ledger was made. */
  changes(): RateWindow[] {
    return [...this.changed].sort().flatMap((id) => this.used.get(id) ?? []);
  }

  private usedIn(limit: ThrottleLimit, subject: RateSubject, startMs: number): number {
    return this.used.get(idOf(subject.tenantId, rateKeyOf(limit, subject), startMs))?.used ?? 0;
  }
}

function idOf(tenantId: string, rateKey: string, startMs: number): string {
  return `${tenantId}\n${rateKey}\n${startMs}`;
}
