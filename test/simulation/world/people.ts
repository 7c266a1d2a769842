import {
  EventType,
  eventId,
  Header,
  messageId,
  sealJob,
  Service,
  sourceOf,
  Step,
  Subjects,
  VerifiedBy,
} from '@countersign/contracts';
import { derivedUlid, newTraceparent } from '@countersign/kernel';
import type { Platform } from './platform.js';
import { Question } from './services.js';
import type { Action, World } from './world.js';

const KINDS = [
  { topic: 'job.mcp-bridge.read.file', tags: [] },
  { topic: 'job.mcp-bridge.write.ticket', tags: [] },
  { topic: 'job.agent.exec.command', tags: [] },
  { topic: 'job.agent.exec.command', tags: ['destructive'] },
] as const;

/** A job as its sender knows it. */
export interface Submitted {
  readonly jobId: string;
  readonly hash: string;
  readonly text: string;
  readonly tail: string;
  isStored: boolean;
  isCancelled: boolean;
}

/**
 * Stands in for the gateway and those behind it: sends jobs until the broker has them, at times once too often, cancels
 * some, and answers the reviewers' questions.
 */
export class People {
  readonly jobs: Submitted[] = [];
  private sendings = 0;

  constructor(
    private readonly world: World,
    private readonly platform: Platform,
    jobCount: number,
  ) {
    for (let i = 0; i < jobCount; i++) this.jobs.push(this.newJob(i));
  }

  actions(): Action[] {
    const { world } = this;
    const actions: Action[] = [];
    const unsent = this.jobs.find((job) => !job.isStored);
    if (unsent) actions.push({ what: `submits ${unsent.jobId}`, weight: 3, run: () => this.send(unsent) });
    if (world.isStorm) {
      const sent = this.jobs.filter((job) => job.isStored);
      if (sent.length > 0) {
        const job = world.random.pick(sent);
        actions.push({ what: `submits ${job.jobId} again`, weight: 0.2, run: () => this.send(job) });
        if (!job.isCancelled)
          actions.push({ what: `cancels ${job.jobId}`, weight: 0.12, run: () => this.cancel(job) });
      }
    }
    for (const row of this.platform.rowsOf(Service.ApprovalService, 'approvals'))
      if (row['state'] === 'PENDING')
        actions.push({
          what: `votes on ${String(row['job_id'])}`,
          weight: world.isStorm ? 0.4 : 2,
          run: () => this.vote(String(row['job_id']), String(row['kind'])),
        });
    return actions;
  }

  private newJob(index: number): Submitted {
    const { random } = this.world;
    const kind = random.chance(0.1) ? KINDS[3] : random.pick(KINDS.slice(0, 3));
    const jobId = derivedUlid(this.world.nowMs + index, `job ${this.world.seed} ${index}`);
    const sealed = sealJob(
      {
        topic: kind.topic,
        tenant_id: 'default',
        job_id: jobId,
        params: { index },
        risk_tags: [...kind.tags],
        retry_safe: random.chance(0.5),
        ...(random.chance(0.25) && {
          deadline: new Date(this.world.nowMs + 500 + random.below(15_000)).toISOString(),
        }),
      },
      { jobId, agentId: 'agent-one' },
    );
    const tail = kind.topic.slice('job.'.length);
    return { jobId, hash: sealed.hash, text: sealed.text, tail, isStored: false, isCancelled: false };
  }

  private send(job: Submitted): void {
    const id = eventId(job.jobId, Step.Job, 0, job.hash);
    const outcome = this.platform.bus.store({
      subject: Subjects.jobFrom.address({ producer: Service.Gateway, tail: job.tail }),
      data: Buffer.from(job.text),
      headers: {
        [Header.Id]: id,
        [Header.Type]: EventType.Job,
        [Header.Source]: sourceOf(Service.Gateway),
        [Header.MessageId]: messageId(id, this.sendings++),
        [Header.Subject]: job.jobId,
        [Header.Traceparent]: newTraceparent(),
        [Header.VerifiedCaller]: 'agent-one',
        [Header.VerifiedBy]: VerifiedBy.ApiKey,
      },
    });
    if (outcome !== 'failed') job.isStored = true;
  }

  private cancel(job: Submitted): void {
    job.isCancelled = true;
    const body = { tenant_id: 'default', job_id: job.jobId, caller: 'somebody' };
    this.platform.ask(
      Service.Scheduler,
      Question.Cancel,
      Subjects.commandJobCancel.template,
      body,
      () => undefined,
    );
  }

  private vote(jobId: string, kind: string): void {
    const { random } = this.world;
    const body = {
      tenant_id: 'default',
      job_id: jobId,
      kind,
      vote: random.chance(0.75) ? 'approve' : 'deny',
      by: random.pick(['reviewer-one', 'reviewer-two']),
    };
    this.platform.ask(
      Service.ApprovalService,
      Question.Vote,
      Subjects.commandApprovalResolve.template,
      body,
      () => undefined,
    );
  }
}
