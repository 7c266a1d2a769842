import { Blocked, type Transaction } from '../store/transaction.js';
import type { Gate, Luck } from '../store/memory-database.js';
import { SqlError } from '../store/sql-error.js';
import { passTime, STARTS_AT_MS } from './determinism.js';
import { Random } from './random.js';

/** What can go wrong, and how often per occasion. */
export const FAULTS = {
  crash: 0.012,
  'worker dies': 0.2,
  'statement lost': 0.004,
  'commit lost': 0.008,
  'commit unanswered': 0.008,
  'publish lost': 0.02,
  'publish unconfirmed': 0.03,
  'ack lost': 0.05,
  'delivered twice': 0.04,
  'out of order': 0.05,
  'request lost': 0.03,
  'reply lost': 0.06,
  'confirmation lost': 0.05,
  stall: 0.02,
} as const;
export type FaultKind = keyof typeof FAULTS;

/** A fault that was injected: its number among all that could have been, and what happened before it. */
export interface Fault {
  readonly number: number;
  readonly kind: FaultKind;
  readonly event: number;
}

/** One process of the platform, until it crashes. */
export class Process {
  isAlive = true;
  readonly transactions = new Set<Transaction>();

  constructor(
    readonly name: string,
    readonly generation: number,
  ) {}
}

interface Turn {
  readonly process: Process;
  readonly what: string;
  /** False when it has to wait. */
  readonly perform: () => void;
  blockedBy: Transaction | undefined;
  readonly refuse: (error: Error) => void;
}

/** Something that may happen next. */
export interface Action {
  readonly what: string;
  readonly weight: number;
  readonly run: () => void;
}

/** Options of a run that shrinking takes away one by one. */
export interface Limits {
  /** Numbers of the faults that do not happen. */
  readonly without?: ReadonlySet<number>;
  /** Whether events are written down. */
  readonly traced?: boolean;
}

/** Ends a run in which something is wrong that no more events can mend. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Everything that happens, one event after the other, in the order that the seed says. */
export class World {
  readonly random: Random;
  readonly faults: Fault[] = [];
  readonly trace: string[] = [];
  readonly startedAtMs = STARTS_AT_MS;
  events = 0;
  /** Faults happen only while it storms. */
  isStorm = true;
  private occasions = 0;
  private readonly turns: Turn[] = [];

  constructor(
    readonly seed: number,
    private readonly limits: Limits = {},
  ) {
    this.random = new Random(seed);
  }

  get nowMs(): number {
    return Date.now();
  }

  /** Whether a fault happens on this occasion. */
  strikes(kind: FaultKind): boolean {
    if (!this.isStorm) return false;
    const number = this.occasions++;
    if (!this.random.chance(FAULTS[kind]) || this.limits.without?.has(number)) return false;
    this.faults.push({ number, kind, event: this.events });
    this.note(`FAULT ${kind}`);
    return true;
  }

  note(what: string): void {
    if (!this.limits.traced) return;
    const text = what.replace(/\s+/g, ' ').slice(0, 200);
    this.trace.push(`${this.events} +${this.nowMs - this.startedAtMs}ms ${text}`);
  }

  /** The gate of a process to the servers. */
  gateOf(process: Process): Gate {
    return {
      pass: (what, perform) => this.wait(process, what, perform),
      luck: (what): Luck => {
        if (what === 'statement') return this.strikes('statement lost') ? 'lost' : 'good';
        if (this.strikes('commit lost')) return 'lost';
        return this.strikes('commit unanswered') ? 'unanswered' : 'good';
      },
      together: () => this.random.chance(0.8),
      failed: (error) => this.note(`${process.name} gets: ${String(error)}`),
      opened: (transaction) => process.transactions.add(transaction),
    };
  }

  /** Resolves when it is this step's turn. Never does for a process that has crashed. */
  wait<T>(process: Process, what: string, perform: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.turns.push({
        process,
        what,
        blockedBy: undefined,
        perform: () => resolve(perform()),
        refuse: reject,
      });
    });
  }

  /** Ends a process at once: its statements are rolled back, and nothing of it goes on. */
  crash(process: Process): void {
    process.isAlive = false;
    for (const transaction of process.transactions) transaction.rollBack();
    process.transactions.clear();
    for (let i = this.turns.length - 1; i >= 0; i--)
      if (this.turns[i]!.process === process) this.turns.splice(i, 1);
  }

  get isIdle(): boolean {
    return this.turns.length === 0;
  }

  /** Takes one step that waits for its turn, if any can be taken. */
  takeTurn(): boolean {
    const ready = this.turns.filter((turn) => !turn.blockedBy || turn.blockedBy.isOver);
    if (ready.length === 0) return this.turns.length > 0 && this.breakDeadlock();
    const turn = this.random.pick(ready);
    this.events++;
    try {
      turn.perform();
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      turn.blockedBy = error.by;
      this.note(`${turn.process.name} waits for a lock: ${turn.what}`);
      return true;
    }
    this.note(`${turn.process.name}: ${turn.what}`);
    this.turns.splice(this.turns.indexOf(turn), 1);
    return true;
  }

  /** Lets time pass, in milliseconds. */
  pass(ms: number): void {
    this.note(`${ms} ms pass`);
    passTime(ms);
  }

  /** Everybody waits for somebody else: one of them is told so, as the server does after a second. */
  private breakDeadlock(): boolean {
    const victim = this.random.pick(this.turns);
    this.turns.splice(this.turns.indexOf(victim), 1);
    this.note(`${victim.process.name}: deadlock`);
    victim.refuse(new SqlError('40P01', 'deadlock detected'));
    return true;
  }
}

/** Resolves when everybody who can go on without the world has done so. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
