import {
  CommentApprovalsResponder,
  EditApprovalsResponder,
  GroupApprovalsResponder,
  ListApprovalsResponder,
  ListChangesResponder,
  RequestApprovalsConsumer,
  ResolveApprovalsResponder,
  ShowApprovalsResponder,
  WithdrawQuestionResponder,
  type AskPolicy,
} from '@countersign/approval-service';
import {
  EventType,
  sealJob,
  Service,
  Subjects,
  type CanonicalJob,
  type Decision,
  type JobRequest,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import type { BusRequest, Delivery } from '@countersign/messaging';
import type { TestServers } from '../../flow/support/servers.js';
import { aDelivery, openRig, type ServiceRig } from './service-rig.js';

/** How a question differs from one that any reviewer may answer. */
export interface Wish {
  readonly approval?: Partial<NonNullable<Decision['obligations']['approval']>>;
  readonly job?: Partial<JobRequest>;
  readonly caller?: string;
  readonly tenant?: string;
  readonly jobId?: string;
  readonly reasonCode?: string;
  /** Of an edited job: the bytes as they were sent. */
  readonly bytes?: string;
}

/** An answer of a responder. */
export interface Told {
  readonly ok: boolean;
  readonly code?: string;
  readonly state?: string;
  readonly [member: string]: unknown;
}

export interface Asked {
  readonly job_id: string;
  readonly job_hash: string;
}

const TOPIC = 'job.pay.refund';

/** A decision that asks about a job. */
export function aQuestion(wish: Wish = {}): Delivery & Asked {
  const { jobId = newUlid(), tenant = 'default', caller = 'local-producer' } = wish;
  const request = { topic: TOPIC, tenant_id: tenant, params: { amount: 900 }, ...wish.job };
  const text = wish.bytes ?? sealJob(request, { jobId, agentId: caller }).text;
  const job = JSON.parse(text) as CanonicalJob;
  const hash = sha256Digest(text);
  const decision: Decision = {
    decision_id: `${jobId}:decision:0`,
    job_id: jobId,
    job_hash: hash,
    job: text,
    type: 'REQUIRE_APPROVAL',
    rule_ids: ['ask-about-refunds'],
    reason: 'Refunds need a person',
    reason_code: wish.reasonCode ?? 'rule',
    derived_tags: [],
    constraints: {},
    obligations: { approval: { quorum: 1, groups: [], ttl_sec: 300, ...wish.approval } },
    policy_snapshot: `sha256:${'a'.repeat(64)}`,
    verified: { producer: 'gateway', caller, tenant_id: tenant, agent_id: job.agent_id, by: 'api_key' },
    evaluated_at: '2026-01-01T00:00:00Z',
    evaluation_us: 7,
    seal: `hmac-sha256:${'A'.repeat(43)}`,
  };
  const subject = Subjects.decision.address({
    effect: 'require_approval',
    tail: job.topic.slice('job.'.length),
  });
  const delivery = aDelivery('DECISIONS', subject, EventType.Decision, decision);
  return { ...delivery, job_id: jobId, job_hash: hash };
}

interface Responder {
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]>;
}

/** Everything that a reviewer's desk asks of the approval service, on real tables. */
export class ApprovalDesk {
  /** What the policy says now; it leaves all as it was unless a test changes it. */
  askPolicy: AskPolicy = () =>
    Promise.resolve({ kind: 'open', terms: { quorum: 1, groups: [], confirm: null } });
  /** What the policy was asked about. */
  readonly policyAsked: Parameters<AskPolicy>[0][] = [];
  private readonly responders: Readonly<Record<string, Responder>>;

  private constructor(readonly rig: ServiceRig) {
    const { road } = rig.connections;
    const ask: AskPolicy = (question) => {
      this.policyAsked.push(question);
      return this.askPolicy(question);
    };
    this.responders = {
      resolve: new ResolveApprovalsResponder(road, rig.config, ask),
      edit: new EditApprovalsResponder(road, rig.config, ask),
      comment: new CommentApprovalsResponder(road, rig.config),
      withdraw: new WithdrawQuestionResponder(road),
      show: new ShowApprovalsResponder(road),
      list: new ListApprovalsResponder(road),
      groups: new GroupApprovalsResponder(road),
      changes: new ListChangesResponder(road),
    };
  }

  static async open(servers: TestServers): Promise<ApprovalDesk> {
    return new ApprovalDesk(await openRig(servers, Service.ApprovalService));
  }

  /** Asks one question as a decision does. */
  async ask(wish: Wish = {}): Promise<Asked> {
    const [asked] = await this.askAll([wish]);
    return asked!;
  }

  async askAll(
    wishes: readonly Wish[],
    limits = { perTenant: 100_000, perAgent: 100_000 },
  ): Promise<readonly Asked[]> {
    const questions = wishes.map((wish) => aQuestion(wish));
    const consumer = new RequestApprovalsConsumer(this.rig.connections.road, { approvals: limits });
    const settled = await consumer.handle(questions);
    if (settled.some(({ kind }) => kind !== 'ack')) throw new Error('a question was not taken');
    return questions.map(({ job_id, job_hash }) => ({ job_id, job_hash }));
  }

  /** Asks a responder something, several times at once if there are several bodies. */
  async tell(name: string, ...bodies: readonly object[]): Promise<readonly Told[]> {
    const batch = bodies.map((body) => ({
      subject: name,
      data: Buffer.from(JSON.stringify({ tenant_id: 'default', ...body })),
      header: () => undefined,
    }));
    return (await this.responders[name]!.handle(batch)) as readonly Told[];
  }

  async say(name: string, body: object): Promise<Told> {
    const [answer] = await this.tell(name, body);
    return answer!;
  }

  vote(vote: 'approve' | 'deny', { job_id }: Pick<Asked, 'job_id'>, more: object = {}): Promise<Told> {
    return this.say('resolve', { job_id, vote, by: 'ann', ...more });
  }

  /** One row of `approvals`. */
  async row({ job_id }: Pick<Asked, 'job_id'>): Promise<Record<string, unknown>> {
    const [row] = await this.rig.rows<Record<string, unknown>>('SELECT * FROM approvals WHERE job_id = $1', [
      job_id,
    ]);
    return row!;
  }

  async stateOf(asked: Pick<Asked, 'job_id'>): Promise<unknown> {
    return (await this.row(asked))['state'];
  }

  /** What the service has said about a job, in order of subjects. */
  async said({
    job_id,
  }: Pick<Asked, 'job_id'>): Promise<{ subject: string; body: Record<string, unknown> }[]> {
    const rows = await this.rig.rows<{ subject: string; body: string }>(
      'SELECT subject, body FROM outbox WHERE job_id = $1 ORDER BY subject, event_id',
      [job_id],
    );
    return rows.map(({ subject, body }) => ({ subject, body: JSON.parse(body) as Record<string, unknown> }));
  }

  /** What was refused and flagged about a job. */
  async flagged(asked: Pick<Asked, 'job_id'>): Promise<unknown[]> {
    const said = await this.said(asked);
    return said
      .filter(({ subject }) => subject === 'event.approval-service.refused')
      .map(({ body }) => [body['reason_code'], (body['detail'] as { by: string }).by]);
  }
}
