import type { Audited } from '@countersign/contracts';
import { ANSWERED, AUDITED, COMPLETE, type Outbox } from './outbox.js';

/** How long confirmations are gathered before they are written, in milliseconds: nobody waits for them. */
const GATHER_MS = 200;
/**
 * How long half a confirmation waits in memory for the other half, in milliseconds, before it is written down: a third
 * of the time after which the message would be sent again. Most rows are so deleted without having been updated.
 */
const REMEMBER_MS = 10_000;

interface Known {
  readonly bits: number;
  readonly sinceMs: number;
}

/**
 * Gathers what the audit log says it has stored, and writes it in few statements, one after the other. What a crash
 * makes it forget is asked for again: the message is repeated, and its confirmation with it.
 */
export class Confirmations {
  private readonly known = new Map<string, Known>();
  private fresh = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly outbox: Pick<Outbox, 'complete' | 'mark'>,
    private readonly failed: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take({ appended, answered }: Audited): void {
    for (const id of appended) this.add(id, AUDITED);
    for (const id of answered) this.add(id, ANSWERED);
    if (this.fresh.size > 0) this.arm();
  }

  /** Whether the audit log has confirmed a message, as far as this process remembers. */
  isAudited(id: string): boolean {
    return ((this.known.get(id)?.bits ?? 0) & AUDITED) !== 0;
  }

  /** Writes everything that is gathered. Resolves when it is written. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.write();
  }

  private add(id: string, bit: number): void {
    const before = this.known.get(id);
    this.known.set(id, { bits: (before?.bits ?? 0) | bit, sinceMs: before?.sinceMs ?? this.now() });
    this.fresh.add(id);
  }

  private arm(): void {
    if (!this.closed) this.timer ??= setTimeout(() => void this.write(), GATHER_MS);
  }

  private write(): Promise<void> {
    this.timer = undefined;
    this.writing = this.writing
      .then(() => this.writeOnce())
      .catch(this.failed)
      .then(() => {
        if (this.known.size > 0) this.arm();
      });
    return this.writing;
  }

  private async writeOnce(): Promise<void> {
    const fresh = this.bitsOf(this.fresh);
    this.fresh = new Set();
    for (const id of await this.outbox.complete(fresh)) this.known.delete(id);
    for (const [id, bits] of fresh) if (bits === COMPLETE) this.known.delete(id);
    const before = this.closed ? Infinity : this.now() - REMEMBER_MS;
    const old: string[] = [];
    for (const [id, { sinceMs }] of this.known) {
      if (sinceMs > before) break;
      old.push(id);
    }
    const marked = this.bitsOf(old);
    await this.outbox.mark(marked);
    // What has come for a row meanwhile is not written yet, and needs what was known before.
    for (const [id, bits] of marked) if (this.known.get(id)?.bits === bits) this.known.delete(id);
  }

  private bitsOf(ids: Iterable<string>): Map<string, number> {
    return new Map([...ids].map((id) => [id, this.known.get(id)?.bits ?? 0]));
  }
}
