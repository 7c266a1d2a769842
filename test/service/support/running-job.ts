import {
  decisionSeal,
  EventType,
  poolUser,
  responderUser,
  sealJob,
  Service,
  sourceOf,
  Subjects,
  type ClaimAnswer,
  type Decision,
  type JobEvents,
  type OutputQuestion,
  type Refused,
  type Result,
  type SealKeys,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { Bus, type BusRequest } from '@countersign/messaging';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import { expect, vi } from 'vitest';
import type { TestServers } from '../../flow/support/servers.js';
import { usualAnswer } from './output-policy.js';
import { aResult, POOL } from './scanner-bench.js';

/** What a claim gives a worker to sign its result with. */
type Run = Pick<Result, 'job_id' | 'run_id' | 'lease' | 'constraints_digest'>;

const PATIENTLY = { timeout: 20_000, interval: 50 };

/** A job that runs on a real scheduler and scanner; the test is its worker. */
export class RunningJob {
  private constructor(
    private readonly services: RunningServices,
    private readonly worker: Bus,
    private readonly policy: Bus,
    private readonly admin: pg.Client,
    private readonly tail: string,
    private readonly run: Run,
  ) {}

  /** Decides that a new job may run, without constraints, and claims it. */
  static async start(servers: TestServers, tail: string): Promise<RunningJob> {
    const environment = await readEnvironment(ROOT, servers.env);
    const apps = APPS.filter(({ service }) =>
      ([Service.Scheduler, Service.OutputScanner] as string[]).includes(service),
    );
    vi.stubEnv('LOG_LEVEL', 'warn');
    const services = await bootServices(apps, environment.config, (app) => environment.credentialsOf(app));
    const connect = async (user: string) =>
      Bus.connect({ servers: servers.natsUrl, user, seed: await servers.keys.seedOf(user) });
    const admin = new pg.Client({ connectionString: servers.postgres.url });
    await admin.connect();
    const jobId = newUlid();
    const evaluator = await connect(Service.PolicyEvaluator);
    await evaluator.publish([allowed(jobId, tail, environment.config.secrets.decisionSealKeys())]);
    await evaluator.close();
    const policy = await connect(responderUser(Service.PolicyEvaluator));
    policy.respond(Subjects.queryPolicyOutput.template, answerAsUsual);
    const worker = await connect(poolUser(POOL));
    const run = await vi.waitFor(async () => claim(worker, jobId), PATIENTLY);
    return new RunningJob(services, worker, policy, admin, tail, run);
  }

  /** Returns a result under the job's lease, and under its topic unless another is named. */
  async send(over: Partial<Result>, tail = this.tail): Promise<void> {
    const outcome = await this.worker.publish([
      {
        subject: Subjects.result.address({ pool: POOL, tail }),
        id: newUlid(),
        type: EventType.Result,
        source: '/countersign/worker/test',
        body: JSON.stringify(aResult({ ...this.run, ...over })),
        time: new Date().toISOString(),
        jobId: this.run.job_id,
      },
    ]);
    expect(outcome).toEqual(['stored']);
  }

  async reaches(state: string): Promise<void> {
    await vi.waitFor(async () => expect(await this.column('state')).toBe(state), PATIENTLY);
  }

  /** Why the job is in its state. */
  reason(): Promise<string | null> {
    return this.column('reason_code');
  }

  output(): Promise<string | null> {
    return this.column('output');
  }

  /** What the scheduler says of the job when it waits for a review. */
  async quarantineEvent(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { rows } = await this.admin.query<{ body: string }>(
      `SELECT body FROM scheduler.outbox WHERE type = $1 AND subject LIKE '%.quarantined' AND body LIKE $2`,
      [EventType.JobEvent, `%${this.run.job_id}%`],
    );
    const [event] = rows.map(({ body }) => JSON.parse(body) as JobEvents);
    return event?.jobs.find(({ job_id }) => job_id === this.run.job_id)?.detail;
  }

  /** What the scheduler has refused about the job. */
  async refusals(): Promise<Refused[]> {
    const { rows } = await this.admin.query<{ body: string }>(
      'SELECT body FROM scheduler.outbox WHERE job_id = $1 AND type = $2',
      [this.run.job_id, EventType.Refused],
    );
    return rows.map(({ body }) => JSON.parse(body) as Refused);
  }

  async stop(): Promise<void> {
    await this.worker.close();
    await this.services.stop();
    await this.policy.close();
    vi.unstubAllEnvs();
    await this.admin.end();
  }

  private async column(name: 'state' | 'output' | 'reason_code'): Promise<string | null> {
    const { rows } = await this.admin.query<Record<string, string | null>>(
      `SELECT ${name} FROM scheduler.jobs WHERE job_id = $1`,
      [this.run.job_id],
    );
    return rows[0]?.[name] ?? null;
  }
}

/** The evaluator's answers about outputs, from a policy that says nothing of them. */
function answerAsUsual(batch: readonly BusRequest[]): Promise<readonly object[]> {
  return Promise.resolve(
    batch.map(({ data }) => {
      const { questions } = JSON.parse(Buffer.from(data).toString()) as OutputQuestion;
      return { ok: true, answers: questions.map(usualAnswer) };
    }),
  );
}

function allowed(jobId: string, tail: string, keys: SealKeys) {
  const job = sealJob({ topic: `job.${tail}`, tenant_id: 'default' }, { jobId, agentId: 'local-producer' });
  const decision: Omit<Decision, 'seal'> = {
    decision_id: `${jobId}:decision:0`,
    job_id: jobId,
    job_hash: job.hash,
    job: job.text,
    type: 'ALLOW',
    rule_ids: ['allow-reads'],
    reason: 'Reads are allowed',
    reason_code: 'rule',
    derived_tags: [],
    constraints: {},
    obligations: {},
    policy_snapshot: `sha256:${'a'.repeat(64)}`,
    verified: {
      producer: 'gateway',
      caller: 'local-producer',
      tenant_id: 'default',
      agent_id: 'local-producer',
      by: 'loopback',
    },
    evaluated_at: '2026-01-01T00:00:00Z',
    evaluation_us: 7,
  };
  return {
    subject: Subjects.decision.address({ effect: 'allow', tail }),
    id: newUlid(),
    type: EventType.Decision,
    source: sourceOf(Service.PolicyEvaluator),
    body: JSON.stringify({ ...decision, seal: decisionSeal(decision, keys) }),
    time: new Date().toISOString(),
    jobId,
  };
}

/** Throws while the job is not on offer yet. */
async function claim(worker: Bus, jobId: string): Promise<Run> {
  const answer = await worker.request(Subjects.claim.address({ pool: POOL }), {
    worker_id: 'test-worker',
    claims: [{ job_id: jobId, attempt: 1, nonce: 'a-nonce-of-the-test' }],
  });
  expect(answer).toMatchObject({ answers: [{ ok: true, job_id: jobId }] });
  const [granted] = (answer as { answers: ClaimAnswer[] }).answers;
  if (!granted?.ok) throw new Error('the claim was refused');
  const { run_id, lease, constraints } = granted;
  return {
    job_id: jobId,
    run_id,
    lease: { id: lease.id, epoch: lease.epoch },
    constraints_digest: sha256Digest(JSON.stringify(constraints)),
  };
}
