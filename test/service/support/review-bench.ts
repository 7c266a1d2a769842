import {
  ListReviewsResponder,
  SeeReviewsResponder,
  WithdrawEndedConsumer,
} from '@countersign/approval-service';
import { EventType, Service, Subjects, type JobEvents } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Delivery, Settlement } from '@countersign/messaging';
import type { TestServers } from '../../flow/support/servers.js';
import type { Told } from './approval-desk.js';
import { aDelivery, openRig, type ServiceRig } from './service-rig.js';

/** How released work differs from work of the agent `agent-7` that somebody has to look at. */
export interface Wish {
  readonly tenant?: string;
  readonly agent?: string;
  readonly caller?: string;
  readonly topic?: string;
  readonly state?: string;
  readonly isMarked?: boolean;
}

/** The scheduler's word that jobs of one producer have ended. */
export function theEnds(jobIds: readonly string[], wish: Wish = {}): Delivery {
  const { tenant = 'default', agent = 'agent-7', caller = 'local-producer', state = 'COMPLETED' } = wish;
  const body: JobEvents = {
    jobs: jobIds.map((job_id) => ({
      job_id,
      job_hash: `sha256:${'a'.repeat(64)}`,
      trace_id: '3'.repeat(32),
      state,
      attempt: 1,
      reason_code: null,
      at: '2026-01-01T00:00:00.000Z',
      detail: { topic: wish.topic ?? 'job.pay.refund', caller, agent_id: agent },
      ...(wish.isMarked === false ? {} : { review_after: true as const }),
    })),
  };
  const subject = Subjects.eventJob.address({ tenant, producer: 'gateway', state: state.toLowerCase() });
  return aDelivery('EVENTS', subject, EventType.JobEvent, body);
}

/** The list of released work on its real tables, driven by hand. */
export class ReviewBench {
  private readonly events: WithdrawEndedConsumer;
  private readonly responders: Readonly<Record<'list' | 'seen', ListReviewsResponder | SeeReviewsResponder>>;

  private constructor(readonly rig: ServiceRig) {
    const { road } = rig.connections;
    this.events = new WithdrawEndedConsumer(road);
    this.responders = {
      list: new ListReviewsResponder(road),
      seen: new SeeReviewsResponder(road, rig.config),
    };
  }

  static async open(servers: TestServers): Promise<ReviewBench> {
    return new ReviewBench(await openRig(servers, Service.ApprovalService));
  }

  hear(...events: Delivery[]): Promise<readonly Settlement[]> {
    return this.events.handle(events);
  }

  /** Releases the work of so many jobs, one after the other; gives their ids. */
  async released(count = 1, wish: Wish = {}): Promise<string[]> {
    const jobIds = Array.from({ length: count }, () => newUlid());
    for (const jobId of jobIds) await this.hear(theEnds([jobId], wish));
    return jobIds;
  }

  async tell(name: 'list' | 'seen', ...bodies: readonly object[]): Promise<readonly Told[]> {
    const batch = bodies.map((body) => ({
      subject: name,
      data: Buffer.from(JSON.stringify({ tenant_id: 'default', ...body })),
      header: () => undefined,
    }));
    return (await this.responders[name].handle(batch)) as readonly Told[];
  }

  async list(body: object = {}): Promise<{ readonly ids: readonly string[]; readonly next: string | null }> {
    const [page] = await this.tell('list', body);
    if (!page?.ok) throw new Error(`no list: ${page?.code}`);
    const items = page['items'] as { job_id: string }[];
    return { ids: items.map(({ job_id }) => job_id), next: page['next'] as string | null };
  }

  async see(jobId: string, more: object = {}): Promise<Told> {
    const [answer] = await this.tell('seen', { job_id: jobId, verdict: 'fine', by: 'ann', ...more });
    return answer!;
  }

  /** What the service has to say about a job, as subject and body. */
  async said(jobId: string): Promise<{ subject: string; body: Record<string, unknown> }[]> {
    const rows = await this.rig.rows<{ subject: string; body: string }>(
      'SELECT subject, body FROM outbox WHERE job_id = $1 ORDER BY subject, event_id',
      [jobId],
    );
    return rows.map(({ subject, body }) => ({ subject, body: JSON.parse(body) as Record<string, unknown> }));
  }
}
