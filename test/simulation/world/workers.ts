import {
  EventType,
  Header,
  Offer,
  parseBody,
  poolConsumer,
  Service,
  Subjects,
  type ClaimAnswer,
  type HeartbeatAnswer,
  type Result,
} from '@countersign/contracts';
import { canonicalJson, newTraceparent, newUlid, sha256Digest } from '@countersign/kernel';
import { ack, retryAfter, type Delivery } from '@countersign/messaging';
import type { Checker } from './checker.js';
import type { Platform } from './platform.js';
import { Question } from './services.js';
import { Process, type Action, type World } from './world.js';

type Granted = ClaimAnswer & { readonly ok: true };

interface WorkerRun {
  readonly offer: Offer;
  readonly tail: string;
  readonly nonce: string;
  state: 'offered' | 'running' | 'returning';
  grant: Granted | undefined;
  result: Result | undefined;
  /** Until when nothing is asked or sent again. */
  quietUntilMs: number;
}

const ASK_AGAIN_MS = 5_000;
/** An address in a name has to be looked at by a person; in a value it is redacted. */
const ADDRESS = 'anna.schmidt@firma.de';

function outputOf(luck: number, clean: object): object {
  if (luck > 0.8) return { ...clean, [ADDRESS]: true };
  return luck > 0.7 ? { ...clean, author: ADDRESS } : clean;
}

/**
 * A model of a worker: claims what it is offered, runs it once, returns the result until it is recorded, and dies,
 * sleeps and repeats itself like the worst of them. The worker library has tests of its own.
 */
export class Worker {
  private process: Process;
  private runs: WorkerRun[] = [];

  constructor(
    private readonly world: World,
    private readonly platform: Platform,
    private readonly checker: Checker,
    private readonly pool: string,
    private readonly id: string,
  ) {
    this.process = this.start(0);
  }

  get isIdle(): boolean {
    return this.runs.length === 0;
  }

  /** When it wants to go on by itself. */
  get dueTimes(): number[] {
    return this.runs.map((run) => run.quietUntilMs);
  }

  actions(): Action[] {
    const { world } = this;
    const actions: Action[] = [];
    for (const run of this.runs) {
      const act = (what: string, weight: number, act: () => void) =>
        actions.push({
          what: `${this.id} ${what} ${run.offer.job_id}/${run.offer.attempt}`,
          weight,
          run: act,
        });
      const isDue = run.quietUntilMs <= world.nowMs;
      if (run.state === 'offered' && (isDue || world.random.chance(0.1)))
        act('claims', 3, () => this.claim(run));
      if (run.state === 'running') {
        act('finishes', isDue ? 2 : 1, () => this.finish(run));
        act('is alive with', 0.2, () => this.beat(run));
      }
      if (run.state === 'returning' && (isDue || world.random.chance(0.1)))
        act('returns', 3, () => {
          this.send(run);
          this.beat(run);
        });
    }
    if (world.isStorm && !this.isIdle)
      actions.push({ what: `${this.id} may die`, weight: 0.5, run: () => this.die() });
    return actions;
  }

  private start(generation: number): Process {
    const process = new Process(this.id, generation);
    this.platform.bus.read(process, poolConsumer(this.pool), (batch) =>
      Promise.resolve(
        batch.map((delivery) => {
          this.take(delivery);
          return this.world.isStorm && this.world.random.chance(0.1) ? retryAfter(1_000) : ack;
        }),
      ),
    );
    return process;
  }

  private take(delivery: Delivery): void {
    const read = parseBody(Offer, delivery.data);
    const tail = Subjects.dispatch.parse(delivery.subject)?.tail;
    if (!read.ok || tail === undefined) throw new Error('an offer can not be read');
    const offer = read.value;
    if (this.runs.some((run) => run.offer.job_id === offer.job_id && run.offer.attempt === offer.attempt))
      return;
    const nonce = newUlid();
    this.runs.push({
      offer,
      tail,
      nonce,
      state: 'offered',
      grant: undefined,
      result: undefined,
      quietUntilMs: 0,
    });
  }

  private claim(run: WorkerRun): void {
    run.quietUntilMs = this.world.nowMs + ASK_AGAIN_MS;
    const { job_id, attempt } = run.offer;
    const body = { worker_id: this.id, claims: [{ job_id, attempt, nonce: run.nonce }] };
    const { process } = this;
    this.platform.ask(
      Service.Scheduler,
      Question.Claim,
      Subjects.claim.address({ pool: this.pool }),
      body,
      (reply) => {
        if (!process.isAlive || run.state !== 'offered' || !this.runs.includes(run)) return;
        const [answer] = (reply as { readonly answers: readonly ClaimAnswer[] }).answers;
        if (answer?.ok) this.begin(run, answer);
        else this.drop(run);
      },
    );
  }

  private begin(run: WorkerRun, grant: Granted): void {
    run.state = 'running';
    run.grant = grant;
    run.quietUntilMs = this.world.nowMs + 500 + this.world.random.below(2_000);
    const warrant = JSON.parse(grant.warrant) as { job_hash: string; lease_id: string };
    this.checker.runs({
      jobId: run.offer.job_id,
      attempt: run.offer.attempt,
      leaseId: grant.lease.id,
      hash: sha256Digest(run.offer.job),
      warrant,
    });
  }

  private finish(run: WorkerRun): void {
    const { grant, offer } = run;
    if (!grant) throw new Error('what was never begun can not be finished');
    const { random } = this.world;
    const luck = random.next();
    const status = luck < 0.15 ? 'failed' : 'succeeded';
    const output = outputOf(luck, { done: offer.job_id, by: grant.run_id });
    const at = new Date(this.world.nowMs).toISOString();
    run.result = {
      job_id: offer.job_id,
      attempt: offer.attempt,
      run_id: grant.run_id,
      lease: { id: grant.lease.id, epoch: grant.lease.epoch },
      status,
      output: status === 'failed' ? null : output,
      error: status === 'failed' ? { code: 'broken', message: 'It broke.' } : null,
      constraints_digest: sha256Digest(canonicalJson(grant.constraints)),
      usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
      started_at: at,
      finished_at: at,
      effects: random.chance(0.3) ? [{ kind: 'file', op: 'write', target: 'a' }] : [],
    };
    run.state = 'returning';
    run.quietUntilMs = 0;
    this.checker.returns(grant.lease.id, sha256Digest(JSON.stringify(run.result)));
  }

  private send(run: WorkerRun): void {
    run.quietUntilMs = this.world.nowMs + ASK_AGAIN_MS;
    this.platform.bus.store({
      subject: Subjects.result.address({ pool: this.pool, tail: run.tail }),
      data: Buffer.from(JSON.stringify(run.result)),
      headers: {
        [Header.Id]: `${run.offer.job_id}:result`,
        [Header.Type]: EventType.Result,
        [Header.Source]: `worker/${this.id}`,
        [Header.Subject]: run.offer.job_id,
        [Header.Traceparent]: newTraceparent(),
      },
    });
  }

  private beat(run: WorkerRun): void {
    const { grant } = run;
    if (!grant) return;
    const body = { worker_id: this.id, leases: [{ lease_id: grant.lease.id, epoch: grant.lease.epoch }] };
    const subject = Subjects.heartbeat.address({ pool: this.pool });
    this.platform.ask(Service.Scheduler, Question.Heartbeat, subject, body, (reply) => {
      const [answer] = (reply as { readonly answers: readonly HeartbeatAnswer[] }).answers;
      if (answer?.ok ? answer.result_recorded : run.state === 'returning') this.drop(run);
    });
  }

  private drop(run: WorkerRun): void {
    this.runs = this.runs.filter((one) => one !== run);
  }

  /** Dies and starts anew. Finished results are on its disk and are returned later; what ran is gone. */
  private die(): void {
    if (!this.world.strikes('worker dies')) return;
    this.process.isAlive = false;
    this.platform.bus.release(this.process);
    this.runs = this.runs.filter((run) => run.state === 'returning');
    for (const run of this.runs) run.quietUntilMs = this.world.nowMs + this.world.random.below(40_000);
    this.process = this.start(this.process.generation + 1);
  }
}
