import { EventType, Header, Service, Subjects, type Result } from '@countersign/contracts';
import { newTraceparent, newUlid, sha256Digest } from '@countersign/kernel';
import type { Checker } from './checker.js';
import type { Row } from '../store/frame.js';
import type { Platform } from './platform.js';
import { Question } from './services.js';
import { FOREIGN_POOL } from './settings.js';
import type { Action, World } from './world.js';

/** What every result says that somebody made up. */
export const FORGED = 'made up';
const MOST = 3;

/**
 * A pool whose workers make things up, and a worker of an honest pool that does: results of foreign leases that leaked,
 * of leases that never were, and of jobs that nobody has; claims and heartbeats for what others hold.
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
    if (victim === undefined || random.chance(0.15)) this.invent(newUlid(), 1, newUlid(), 1, FOREIGN_POOL);
    else if (random.chance(0.3)) this.grab(victim);
    else {
      const pool = random.pick([FOREIGN_POOL, String(victim['pool'])]);
      // A worker of the victim's own pool does not know the lease; that of another may have been told it.
      const leaks = pool === FOREIGN_POOL && victim['lease_id'] !== null;
      const lease = leaks ? String(victim['lease_id']) : newUlid();
      this.invent(
        String(victim['job_id']),
        Number(victim['attempt']),
        lease,
        Number(victim['epoch'] ?? 1),
        pool,
      );
    }
  }

  private invent(jobId: string, attempt: number, leaseId: string, epoch: number, pool: string): void {
    const { random } = this.world;
    const at = new Date(this.world.nowMs).toISOString();
    const result: Result = {
      job_id: jobId,
      attempt,
      run_id: 'run_20261120T120000Z_00000000',
      lease: { id: leaseId, epoch },
      status: 'succeeded',
      output: { note: FORGED },
      error: null,
      constraints_digest: sha256Digest('{}'),
      usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
      started_at: at,
      finished_at: at,
      effects: [],
    };
    const body = JSON.stringify(result);
    this.checker.forged(sha256Digest(body));
    const tail = random.pick(['mcp-bridge.read.file', 'agent.exec.command', 'foreign.thing']);
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
