import { NotYet } from '../examine/not-yet.js';
import type { Judgement } from './judge-result.js';

/** How long a batch waits for the results that take longer than their neighbours, in milliseconds. */
const PATIENCE_MS = 100;
/** How long a judgement is kept for a message that does not come again, in milliseconds: another process has it. */
const KEEP_MS = 60_000;

interface Entry {
  readonly judging: Promise<Judgement>;
  judgement?: Judgement;
  /** When the judgement was there, by the monotonic clock. */
  endedAt?: number;
}

/**
 * Judgements under way. A result that takes long is judged on while its message is given back, and has its verdict when
 * the message comes again: so it holds up nobody that came with it.
 */
export class Judgements {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly patienceMs = PATIENCE_MS,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Begins or goes on to judge results, and waits for them, but only so long. What is not there afterwards comes again.
   * Rejects with what is no {@link NotYet}.
   */
  async of(results: ReadonlyMap<string, () => Promise<Judgement>>): Promise<ReadonlyMap<string, Judgement>> {
    this.forgetOld();
    const waited = [...results].map(([key, judge]) => this.entry(key, judge).judging);
    if (waited.length > 0) await this.patiently(Promise.all(waited.map(unlessNotYet)));
    const there = new Map<string, Judgement>();
    for (const key of results.keys()) {
      const judgement = this.entries.get(key)?.judgement;
      if (judgement !== undefined) there.set(key, judgement);
    }
    return there;
  }

  /** Forgets the judgement of a result whose verdict is told. */
  told(key: string): void {
    this.entries.delete(key);
  }

  private entry(key: string, judge: () => Promise<Judgement>): Entry {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { judging: judge() };
    this.entries.set(key, entry);
    entry.judging.then(
      (judgement) => {
        entry.judgement = judgement;
        entry.endedAt = this.now();
      },
      () => {
        this.entries.delete(key);
      },
    );
    return entry;
  }

  private async patiently(all: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.patienceMs);
    });
    await Promise.race([all, patience]);
    clearTimeout(timer);
  }

  private forgetOld(): void {
    const before = this.now() - KEEP_MS;
    for (const [key, { endedAt }] of this.entries)
      if (endedAt !== undefined && endedAt < before) this.entries.delete(key);
  }
}

async function unlessNotYet(judging: Promise<Judgement>): Promise<void> {
  try {
    await judging;
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
  }
}
