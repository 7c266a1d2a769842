import { EventType, Header, Service, Subjects, tailOf, type Result } from '@countersign/contracts';
import { canonicalJson, newTraceparent, newUlid, sha256Digest, type JsonValue } from '@countersign/kernel';
import type { Checker } from './checker.js';
import type { Row } from '../store/frame.js';
import type { Platform } from './platform.js';
import { Question } from './services.js';
import { FOREIGN_POOL } from './settings.js';
import type { Action, World } from './world.js';

/** What every result says that somebody made up. */
export const FORGED = 'made up';
const MOST = 3;

/** Subject tails that something made up goes under: of each pool's topics one. */
const TAILS = ['mcp-bridge.read.file', 'agent.exec.command', 'foreign.thing'];
const NO_RUN = 'run_20261120T120000Z_00000000';

/** What a made-up result says of the run that it is about. */
interface Report {
  readonly jobId: string;
  readonly attempt: number;
  readonly lease: { readonly id: string; readonly epoch: number };
  readonly runId: string;
  readonly constraintsDigest: string;
  readonly pool: string;
  readonly tail: string;
}

/**
 * A pool whose workers make things up, and a worker of an honest pool that does: results of foreign leases that leaked,
 * of leases that never were, of leases of its own but another run, and of jobs that nobody has; what others returned, as
 * if it were its own; claims and heartbeats for what others hold.
 */
export class Attacker {
  private tried = 0;

  constructor(
    private readonly world: World,
    private readonly platform: Platform,
    private readonly checker: Checker,
  ) {}

  actions(): Action[] {
    if (!this.world.isStorm || this.tried >= MOST) return [];
    return [{ what: 'somebody makes something up', weight: 0.3, run: () => this.attack() }];
  }

  private attack(): void {
    this.tried++;
    const { random } = this.world;
    const attempts = this.platform.rowsOf(Service.Scheduler, 'attempts');
    const victim = attempts.length > 0 ? random.pick(attempts) : undefined;
    if (victim === undefined || random.chance(0.15)) this.invent(this.nobodys());
    else if (random.chance(0.3)) this.grab(victim);
    else if (random.chance(0.2)) this.repeat();
    else if (victim['lease_id'] !== null && random.chance(0.5)) this.invent(this.ofItsOwnLease(victim));
    else this.invent(this.ofAnother(victim));
  }

  private nobodys(): Report {
    return {
      jobId: newUlid(),
      attempt: 1,
      lease: { id: newUlid(), epoch: 1 },
      runId: NO_RUN,
      constraintsDigest: sha256Digest('{}'),
      pool: FOREIGN_POOL,
      tail: this.world.random.pick(TAILS),
    };
  }

  private ofAnother(victim: Row): Report {
    const { random } = this.world;
    const pool = random.pick([FOREIGN_POOL, String(victim['pool'])]);
    // A worker of the victim's own pool does not know the lease; that of another may have been told it.
    const leaks = pool === FOREIGN_POOL && victim['lease_id'] !== null;
    const id = leaks ? String(victim['lease_id']) : newUlid();
    return {
      ...this.nobodys(),
      jobId: String(victim['job_id']),
      attempt: Number(victim['attempt']),
      lease: { id, epoch: Number(victim['epoch'] ?? 1) },
      pool,
    };
  }

  /** Of a worker that holds the lease, about its own job: only the run, the constraints or the topic is another. */
  private ofItsOwnLease(victim: Row): Report {
    const { random } = this.world;
    const job = this.platform
      .rowsOf(Service.Scheduler, 'jobs')
      .find((row) => row['job_id'] === victim['job_id']);
    const tail = tailOf(String(job?.['topic']));
    if (job === undefined || tail === undefined) throw new Error('an attempt is of no job');
    const lie = random.pick(['run', 'constraints', 'tail']);
    return {
      jobId: String(victim['job_id']),
      attempt: Number(victim['attempt']),
      lease: { id: String(victim['lease_id']), epoch: Number(victim['epoch']) },
      runId: lie === 'run' ? NO_RUN : String(victim['run_id']),
      constraintsDigest: sha256Digest(
        lie === 'constraints' ? '{"max_runtime_sec":1}' : canonicalJson(job['constraints'] as JsonValue),
      ),
      pool: String(victim['pool']),
      tail: lie === 'tail' ? random.pick(TAILS.filter((one) => one !== tail)) : tail,
    };
  }

  private invent({ jobId, attempt, lease, runId, constraintsDigest, pool, tail }: Report): void {
    const at = new Date(this.world.nowMs).toISOString();
    const result: Result = {
      job_id: jobId,
      attempt,
      run_id: runId,
      lease,
      status: 'succeeded',
      output: { note: FORGED },
      error: null,
      constraints_digest: constraintsDigest,
      usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
      started_at: at,
      finished_at: at,
      effects: [],
    };
    const body = JSON.stringify(result);
    this.checker.forged(sha256Digest(body));
    this.send(body, { jobId, attempt, pool, tail });
  }

  /** What an honest worker has returned, word for word, by another pool or under another topic. */
  private repeat(): void {
    const { random } = this.world;
    const returned = this.platform.bus.stored.filter(({ stream }) => stream === 'RESULTS');
    if (returned.length === 0) return;
    const { data } = random.pick(returned);
    const body = data.toString();
    const { job_id: jobId, attempt } = JSON.parse(body) as Result;
    this.send(body, { jobId, attempt, pool: FOREIGN_POOL, tail: random.pick(TAILS) });
  }

  private send(body: string, about: Pick<Report, 'jobId' | 'attempt' | 'pool' | 'tail'>): void {
    const { jobId, attempt, pool, tail } = about;
    this.platform.bus.store({
      subject: Subjects.result.address({ pool, tail }),
      data: Buffer.from(body),
      headers: {
        [Header.Id]: `${jobId}:result`,
        [Header.Type]: EventType.Result,
        [Header.Source]: '/countersign/scheduler',
        [Header.Subject]: jobId,
        [Header.CausationId]: `${jobId}:offer:${attempt}:0000000000000000`,
        [Header.Traceparent]: newTraceparent(),
      },
    });
  }

  private grab(victim: Row): void {
    const { platform } = this;
    const never = (reply: unknown) => {
      const { answers } = reply as { readonly answers: readonly { readonly ok: boolean }[] };
      if (answers.some((answer) => answer.ok)) this.checker.fail('a foreign pool was granted something');
    };
    const claim = { job_id: victim['job_id'], attempt: victim['attempt'], nonce: newUlid() };
    platform.ask(
      Service.Scheduler,
      Question.Claim,
      Subjects.claim.address({ pool: FOREIGN_POOL }),
      { worker_id: 'thief', claims: [claim] },
      never,
    );
    if (victim['lease_id'] === null) return;
    const lease = { lease_id: victim['lease_id'], epoch: victim['epoch'] };
    platform.ask(
      Service.Scheduler,
      Question.Heartbeat,
      Subjects.heartbeat.address({ pool: FOREIGN_POOL }),
      { worker_id: String(victim['worker_id']), leases: [lease] },
      never,
    );
  }
}
