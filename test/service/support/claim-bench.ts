import { randomBytes, type KeyObject } from 'node:crypto';
import {
  approvalSeal,
  decisionSeal,
  EventType,
  poolUser,
  sealJob,
  Service,
  sourceOf,
  Subjects,
  type ApprovalResolved,
  type ClaimAnswer,
  type Decision,
  type HeartbeatAnswer,
  type JobRequest,
  type Refused,
  type Result,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { Bus, type BusLog } from '@countersign/messaging';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import { importPublicKeys } from '@countersign/warrant';
import { runWorker, type JobHandler } from '@countersign/worker';
import pg from 'pg';
import { expect, vi } from 'vitest';
import { startServers, type TestServers } from '../../flow/support/servers.js';
import { aResult } from './scanner-bench.js';

export const PATIENTLY = { timeout: 20_000, interval: 20 };
const SNAPSHOT = sha256Digest('policy');

/** The pools of the configuration, and a topic of each without its `job.`. */
export const TAILS = {
  mcp: 'mcp-bridge.read.file',
  agent: 'agent.exec.hello',
  example: 'example.hello',
} as const;
export type Pool = keyof typeof TAILS;
/** The pool of jobs that a test says nothing else about. */
export const POOL = 'mcp';

/** A claim as a worker makes it. */
export interface AClaim {
  readonly pool?: Pool;
  readonly jobId: string;
  readonly attempt?: number;
  readonly nonce?: string;
  readonly workerId?: string;
}
export type Grant = ClaimAnswer & { readonly ok: true };

export const aNonce = (): string => randomBytes(16).toString('hex');

/** Schedulers on real servers, with the test as everybody else on the road. */
export class ClaimBench {
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly buses = new Map<string, Bus>();

  private constructor(
    readonly servers: TestServers,
    private readonly admin: pg.Client,
  ) {}

  /** `services` are booted in the order given; one that is named twice runs twice, side by side. */
  static async start(services: readonly Service[]): Promise<ClaimBench> {
    vi.stubEnv('LOG_LEVEL', 'fatal');
    const servers = await startServers();
    const admin = new pg.Client({
      connectionString: servers.postgres.url,
      options: '-c search_path=scheduler',
    });
    await admin.connect();
    const bench = new ClaimBench(servers, admin);
    for (const service of services) await bench.boot(service);
    return bench;
  }

  /** The connection of a broker user: the pool's when none is named. `copy` gives another one of the same user. */
  async bus(user: string = poolUser(POOL), copy = 0): Promise<Bus> {
    const name = `${user}/${copy}`;
    let bus = this.buses.get(name);
    if (!bus) {
      const seed = await this.servers.keys.seedOf(user);
      const api = user.startsWith(poolUser('')) ? { apiPrefix: 'CORE.API' } : {};
      bus = await Bus.connect({ servers: this.servers.natsUrl, user, seed, ...api });
      this.buses.set(name, bus);
    }
    return bus;
  }

  /** Decides about a new job and gives its id. */
  async decide(
    decision: Partial<Decision> = {},
    request: Partial<JobRequest> = {},
    pool: Pool = POOL,
    jobId = newUlid(),
  ): Promise<string> {
    const job = sealJob(
      { topic: `job.${TAILS[pool]}`, tenant_id: 'default', ...request },
      { jobId, agentId: 'local-producer' },
    );
    const unsealed: Omit<Decision, 'seal'> = {
      decision_id: `${jobId}:decision:0`,
      ...{ job_id: jobId, job_hash: job.hash, job: job.text },
      ...{ type: 'ALLOW', rule_ids: ['allow-reads'], reason: 'Reads are allowed', reason_code: 'rule' },
      ...{ derived_tags: [], constraints: {}, obligations: {}, policy_snapshot: SNAPSHOT },
      verified: {
        ...{ producer: 'gateway', caller: 'local-producer', tenant_id: 'default' },
        ...{ agent_id: 'local-producer', by: 'loopback' },
      },
      ...{ evaluated_at: '2026-01-01T00:00:00Z', evaluation_us: 7 },
      ...decision,
    };
    const { decisionSealKeys } = await this.servers.keys.secrets();
    const body: Decision = { ...unsealed, seal: decision.seal ?? decisionSeal(unsealed, decisionSealKeys()) };
    const subject = Subjects.decision.address({ effect: body.type.toLowerCase(), tail: TAILS[pool] });
    await this.say(Service.PolicyEvaluator, subject, EventType.Decision, body, jobId);
    return jobId;
  }

  /** Decides that a new job may run and waits until it is on offer. */
  async offered(
    decision: Partial<Decision> = {},
    request: Partial<JobRequest> = {},
    pool: Pool = POOL,
  ): Promise<string> {
    const jobId = await this.decide(decision, request, pool);
    await this.reaches(jobId, 'DISPATCHED');
    return jobId;
  }

  /** Two reviewers approve a job. */
  async approve(jobId: string, over: Partial<ApprovalResolved> = {}): Promise<void> {
    const job = await this.job(jobId);
    const vote = (voter: string) =>
      ({ voter, vote: 'approve', at: '2026-01-01T00:00:00Z', note: '' }) as const;
    const unsealed: ApprovalResolved = {
      ...{ approval_id: newUlid(), kind: 'job', job_id: jobId, job_hash: String(job['job_hash']) },
      ...{ attempt: 0, decision_id: `${jobId}:decision:0`, policy_snapshot: SNAPSHOT },
      ...{ outcome: 'granted', votes: [vote('ann'), vote('ben')], resolved_at: '2026-01-01T00:00:00Z' },
      ...over,
    };
    const { approvalSealKeys } = await this.servers.keys.secrets();
    const body = { seal: approvalSeal(unsealed, approvalSealKeys()), ...unsealed };
    const subject = Subjects.approvalJob.address({ outcome: 'granted', tail: TAILS[POOL] });
    await this.say(Service.ApprovalService, subject, EventType.ApprovalResolved, body, jobId);
  }

  /** One request with one claim. */
  async claim(claim: AClaim): Promise<ClaimAnswer> {
    const { pool = POOL, jobId, attempt = 1, nonce = aNonce(), workerId = 'worker-1' } = claim;
    const request = { worker_id: workerId, claims: [{ job_id: jobId, attempt, nonce }] };
    const bus = await this.bus(poolUser(pool));
    const reply = (await bus.request(Subjects.claim.address({ pool }), request, 20_000)) as {
      readonly answers?: readonly ClaimAnswer[];
    };
    const [answer] = reply.answers ?? [];
    if (!answer) throw new Error(`the claim was not answered: ${JSON.stringify(reply)}`);
    return answer;
  }

  async granted(claim: AClaim): Promise<Grant> {
    const answer = await this.claim(claim);
    if (!answer.ok) throw new Error(`the claim was refused: ${answer.code}`);
    return answer;
  }

  async heartbeat({ lease }: Grant, workerId = 'worker-1'): Promise<HeartbeatAnswer> {
    const bus = await this.bus();
    const request = { worker_id: workerId, leases: [{ lease_id: lease.id, epoch: lease.epoch }] };
    const reply = (await bus.request(Subjects.heartbeat.address({ pool: POOL }), request)) as {
      readonly answers: readonly [HeartbeatAnswer];
    };
    return reply.answers[0];
  }

  /** Returns a result under a lease. */
  async report(grant: Grant, over: Partial<Result> = {}): Promise<void> {
    const { job_id, attempt, run_id, lease } = grant;
    const result = aResult({ job_id, attempt, run_id, lease: { id: lease.id, epoch: lease.epoch }, ...over });
    const subject = Subjects.result.address({ pool: POOL, tail: TAILS[POOL] });
    await this.say(poolUser(POOL), subject, EventType.Result, result, job_id);
  }

  /** A worker of the library on a pool; stopped with the bench. `errors` is what it logs as such. */
  async worker(
    pool: Pool,
    handle: JobHandler,
  ): Promise<{ readonly errors: { message: string; fields?: object }[] }> {
    const errors: { message: string; fields?: object }[] = [];
    const log: BusLog = {
      info: () => undefined,
      warn: () => undefined,
      error: (message, fields) => void errors.push({ message, ...(fields && { fields }) }),
    };
    const worker = await runWorker({
      ...{ servers: this.servers.natsUrl, pool, workerId: 'library-worker', handle, log },
      seed: await this.servers.keys.seedOf(poolUser(pool)),
      stateDir: `${this.servers.stateDir}/worker-${newUlid()}`,
    });
    this.stops.push(() => worker.stop());
    return { errors };
  }

  /** The keys that the scheduler tells workers. */
  async keys(): Promise<ReadonlyMap<string, KeyObject>> {
    const keys = await importPublicKeys(await (await this.bus()).request(Subjects.queryJwks.template, {}));
    if (!keys) throw new Error('the scheduler tells no keys');
    return keys;
  }

  /** Publishes a message as a user. */
  async say(user: string, subject: string, type: string, body: unknown, jobId: string, id = newUlid()) {
    const outcome = await (
      await this.bus(user)
    ).publish([
      {
        ...{ subject, id, type, source: sourceOf(user), jobId, time: new Date().toISOString() },
        body: JSON.stringify(body),
      },
    ]);
    expect(outcome).toEqual(['stored']);
  }

  async rows(sql: string, ...params: readonly unknown[]): Promise<Record<string, unknown>[]> {
    return (await this.admin.query<Record<string, unknown>>(sql, [...params])).rows;
  }

  async job(jobId: string): Promise<Record<string, unknown>> {
    const [job] = await this.rows('SELECT * FROM jobs WHERE job_id = $1', jobId);
    return job ?? {};
  }

  attempts(jobId: string): Promise<Record<string, unknown>[]> {
    return this.rows('SELECT * FROM attempts WHERE job_id = $1 ORDER BY attempt', jobId);
  }

  async reaches(jobId: string, state: string): Promise<void> {
    await vi.waitFor(async () => expect((await this.job(jobId))['state']).toBe(state), PATIENTLY);
  }

  /** What the scheduler tells that it refused about a job. */
  async refusals(jobId: string): Promise<Refused[]> {
    const rows = await this.rows(
      'SELECT body FROM outbox WHERE job_id = $1 AND type = $2',
      jobId,
      EventType.Refused,
    );
    return rows.map(({ body }) => JSON.parse(String(body)) as Refused);
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
    for (const bus of this.buses.values()) await bus.close();
    vi.unstubAllEnvs();
    await this.admin.end();
    await this.servers.stop();
  }

  private async boot(service: Service): Promise<RunningServices> {
    const environment = await readEnvironment(ROOT, this.servers.env);
    const apps = APPS.filter((app) => app.service === service);
    const running = await bootServices(apps, environment.config, (app) => environment.credentialsOf(app));
    this.stops.push(() => running.stop());
    return running;
  }
}
