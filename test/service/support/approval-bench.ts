import {
  expireApprovals,
  RequestApprovalsConsumer,
  ResolveApprovalsResponder,
  ReviewQuarantineConsumer,
  WithdrawEndedConsumer,
  type AskPolicy,
  type ResolveAnswer,
} from '@countersign/approval-service';
import {
  ApprovalResolved,
  EventType,
  JobState,
  parseBody,
  sealJob,
  Service,
  Subjects,
  type ConsumerSpec,
  type Decision,
  type JobEvents,
  type Verdict,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { ack, Bus, type Delivery, type Settlement } from '@countersign/messaging';
import { expect, vi } from 'vitest';
import type { TestServers } from '../../flow/support/servers.js';
import { aDelivery, openRig, type ServiceRig } from './service-rig.js';

/** What a question is about. */
export type Kind = 'job' | 'output';

export const TAIL = 'mcp-bridge.write.update_ticket';

const sealed = (jobId: string) =>
  sealJob({ topic: `job.${TAIL}`, tenant_id: 'default' }, { jobId, agentId: 'local-producer' });

export function theDecision(jobId: string): Delivery {
  const job = sealed(jobId);
  const decision: Decision = {
    decision_id: `${jobId}:decision:0`,
    job_id: jobId,
    job_hash: job.hash,
    job: job.text,
    type: 'REQUIRE_APPROVAL',
    rule_ids: ['require-approval-prod-write'],
    reason: 'Production writes require human review',
    reason_code: 'rule',
    derived_tags: [],
    constraints: {},
    obligations: { approval: { quorum: 1, groups: [], ttl_sec: 300 } },
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
    seal: `hmac-sha256:${'A'.repeat(43)}`,
  };
  const subject = Subjects.decision.address({ effect: 'require_approval', tail: TAIL });
  return aDelivery('DECISIONS', subject, EventType.Decision, decision);
}

export function theEvent(
  jobId: string,
  state: JobState | 'accepted',
  attempt: number,
  said: { readonly reason_code?: string; readonly pool?: string; readonly topic?: string } = {},
): Delivery {
  const { reason_code = null, ...where } = said;
  const events: JobEvents = {
    jobs: [
      {
        job_id: jobId,
        job_hash: sealed(jobId).hash,
        trace_id: null,
        state,
        attempt,
        reason_code,
        at: '2026-01-01T00:00:00Z',
        ...(state === JobState.Quarantined && {
          detail: {
            caller: 'local-producer',
            agent_id: 'local-producer',
            scanned: sha256Digest(jobId),
            ...where,
          },
        }),
      },
    ],
  };
  const subject = Subjects.eventJob.address({
    tenant: 'default',
    producer: 'gateway',
    state: state.toLowerCase(),
  });
  return aDelivery('EVENTS', subject, EventType.JobEvent, events);
}

export function theQuarantine(jobId: string, tail = TAIL): Delivery {
  const verdict: Verdict = {
    job_id: jobId,
    attempt: 1,
    pool: 'mcp',
    run_id: 'run_20261120T140003Z_9f2c41aa',
    lease_id: newUlid(),
    epoch: 1,
    status: 'succeeded',
    constraints_digest: `sha256:${'c'.repeat(64)}`,
    kind: 'quarantined',
    scanned: sha256Digest(jobId),
    released: null,
    output: null,
    error: null,
    findings: [],
    effects: false,
  };
  const subject = Subjects.verdict.address({ kind: 'quarantined', tail });
  return aDelivery('VERDICTS', subject, EventType.Verdict, verdict);
}

/** How a race for one question ended. */
export interface Race {
  readonly jobId: string;
  readonly state: string | undefined;
  /** The states that votes were told they brought about. */
  readonly counted: readonly string[];
}

/** What ends a question from outside: the job was cancelled before it ran, or its output was withheld. */
export const theEnd = (jobId: string, kind: Kind): Delivery =>
  kind === 'job' ? theEvent(jobId, JobState.Cancelled, 0) : theEvent(jobId, JobState.Withheld, 1);

/** The approval service's handlers on its real tables, driven by hand: nothing runs but what a test lets run. */
export class ApprovalBench {
  /** What the policy says now; it stays as it was unless a test changes it. */
  askPolicy: AskPolicy = () =>
    Promise.resolve({ kind: 'open', terms: { quorum: 1, groups: [], confirm: null } });

  private readonly requests: RequestApprovalsConsumer;
  private readonly reviews: ReviewQuarantineConsumer;
  private readonly jobEvents: WithdrawEndedConsumer;
  private readonly responder: ResolveApprovalsResponder;

  private constructor(
    private readonly servers: TestServers,
    readonly rig: ServiceRig,
    limits = { perTenant: 10_000, perAgent: 10_000 },
  ) {
    const { road } = rig.connections;
    this.requests = new RequestApprovalsConsumer(road, { approvals: limits });
    this.reviews = new ReviewQuarantineConsumer(road);
    this.jobEvents = new WithdrawEndedConsumer(road);
    this.responder = new ResolveApprovalsResponder(road, rig.config, (question) => this.askPolicy(question));
  }

  static async open(servers: TestServers): Promise<ApprovalBench> {
    return new ApprovalBench(servers, await openRig(servers, Service.ApprovalService));
  }

  /** A decision asks about a job. */
  ask(jobId: string): Promise<readonly Settlement[]> {
    return this.requests.handle([theDecision(jobId)]);
  }

  /** Verdicts of the scanner arrive. */
  hold(...verdicts: Delivery[]): Promise<readonly Settlement[]> {
    return this.reviews.handle(verdicts);
  }

  /** Job events arrive. */
  hear(...events: Delivery[]): Promise<readonly Settlement[]> {
    return this.jobEvents.handle(events);
  }

  expire(): Promise<number> {
    return this.rig.connections.road.run(expireApprovals);
  }

  /** Opens a question and gives its job. */
  async opened(kind: Kind): Promise<string> {
    const jobId = newUlid();
    if (kind === 'job') await this.ask(jobId);
    else {
      await this.hold(theQuarantine(jobId));
      await this.hear(theEvent(jobId, JobState.Quarantined, 1));
    }
    expect(await this.stateOf(jobId)).toBe('PENDING');
    return jobId;
  }

  async vote(jobId: string, choice: 'approve' | 'deny', kind: Kind = 'job'): Promise<ResolveAnswer> {
    const body = { tenant_id: 'default', job_id: jobId, kind, vote: choice, by: 'local-operator' };
    const request = {
      subject: Subjects.commandApprovalResolve.template,
      data: Buffer.from(JSON.stringify(body)),
      header: () => undefined,
    };
    const [answer] = await this.responder.handle([request]);
    return answer as ResolveAnswer;
  }

  async stateOf(jobId: string): Promise<string | undefined> {
    const sql = 'SELECT state FROM approvals WHERE job_id = $1';
    const [row] = await this.rig.rows<{ state: string }>(sql, [jobId]);
    return row?.state;
  }

  /** What the service has to say about a job: one outcome for each row of its outbox. */
  async outcomesOf(jobId: string): Promise<string[]> {
    const rows = await this.rig.rows<{ body: string }>(
      'SELECT body FROM outbox WHERE job_id = $1 AND type = $2',
      [jobId, EventType.ApprovalResolved],
    );
    return rows.map(({ body }) => (JSON.parse(body) as ApprovalResolved).outcome);
  }

  /**
   * Lets everybody who may end a question do it at once: two voters, the end of its subject, two sweeps. In every other
   * round the first three wait for the row before, so that they meet at the lock itself. Gives the votes that counted.
   */
  async race(kind: Kind, round: number): Promise<Race> {
    const jobId = await this.opened(kind);
    const voters = (['approve', 'deny'] as const).map((choice) => () => this.vote(jobId, choice, kind));
    const answers: Promise<ResolveAnswer>[] = [];
    const ending: Promise<unknown>[] = [];
    const actors = [
      ...voters.map((vote) => () => void answers.push(vote())),
      () => void ending.push(this.hear(theEnd(jobId, kind))),
    ];
    const start = () => actors.forEach((_, i) => actors[(i + round) % actors.length]!());
    if (round % 2 === 0) {
      await this.rig.rows('BEGIN');
      await this.rig.rows('SELECT 1 FROM approvals WHERE job_id = $1 FOR UPDATE', [jobId]);
      start();
      await vi.waitFor(async () => expect(await this.rig.waiting()).toBe(actors.length), { interval: 5 });
      await this.endsIn(jobId, 0);
      await this.rig.rows('COMMIT');
    } else {
      await this.endsIn(jobId, round % 5);
      start();
    }
    const sweeps = [this.expireUntilOver(jobId), this.expireUntilOver(jobId)];
    await Promise.all([...answers, ...ending, ...sweeps]);
    const counted = (await Promise.all(answers)).flatMap((a) => (a.ok ? [a.approval.state] : []));
    return { jobId, state: await this.stateOf(jobId), counted };
  }

  /** The outcomes that a consumer finds in its stream, by job. */
  async heardBy(consumer: ConsumerSpec, kind: Kind): Promise<ReadonlyMap<string, readonly string[]>> {
    const bus = await Bus.connect({
      servers: this.servers.natsUrl,
      user: consumer.service,
      seed: await this.servers.keys.seedOf(consumer.service),
    });
    const heard = new Map<string, string[]>();
    await bus.consume(consumer, (batch) => {
      for (const { data } of batch) {
        const parsed = parseBody(ApprovalResolved, data);
        if (!parsed.ok) throw new Error(parsed.problem.message);
        const { job_id, outcome } = parsed.value;
        heard.set(job_id, [...(heard.get(job_id) ?? []), outcome]);
      }
      return Promise.resolve(batch.map(() => ack));
    });
    try {
      // A last message: what was published before it has then been read.
      await this.rig.connections.road.settled();
      const last = await this.opened(kind);
      expect(await this.vote(last, 'deny', kind)).toMatchObject({ ok: true });
      await vi.waitFor(() => expect(heard.has(last)).toBe(true), { timeout: 20_000 });
    } finally {
      await bus.close();
    }
    return heard;
  }

  /** Makes a question end so many milliseconds from now, by the clock of the database. */
  private async endsIn(jobId: string, ms: number): Promise<void> {
    await this.rig.rows(
      `UPDATE approvals SET expires_at = clock_timestamp() + make_interval(secs => $2 / 1000.0) WHERE job_id = $1`,
      [jobId, ms],
    );
  }

  /** Runs the sweep until a question is over, as a sweeper that never rests would. */
  private async expireUntilOver(jobId: string): Promise<void> {
    while ((await this.stateOf(jobId)) === 'PENDING') await this.expire();
  }
}
