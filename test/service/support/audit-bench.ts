import { chainEntry, type AuditEntry, type ChainHead, type ChainVerdict } from '@countersign/audit-log';
import { AppendQueue, findTrace, verifyLog } from '@countersign/audit-writer';
import { eventId, EventType, Service, sourceOf, Step, Subjects } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import { expect } from 'vitest';
import type { TestServers } from '../../flow/support/servers.js';
import { aDelivery, openRig, type ServiceRig } from './service-rig.js';

const TAIL = 'mcp-bridge.read.page';
const AT = '2026-01-01T00:00:00Z';

/** A row of the log as it lies in the table. */
export interface Row {
  readonly seq: number;
  readonly event_id: string;
  readonly text: string;
  readonly hash: string;
}

/** The id of a job's event. */
export const idOf = (jobId: string, step: Step): string => eventId(jobId, step, 1, sha256Digest(jobId));

/** A message of a service about a job. The body stands for any: only its digest is remembered. */
export function said(
  service: Service,
  step: Step,
  jobId: string,
  over: {
    readonly cause?: string;
    readonly trace?: string;
    readonly body?: unknown;
    readonly id?: string;
  } = {},
): Delivery {
  const [stream, subject, type] = PLACES[step];
  return aDelivery(stream, subject, type, over.body ?? { job_id: jobId }, {
    'ce-id': over.id ?? idOf(jobId, step),
    'ce-source': sourceOf(service),
    'ce-subject': jobId,
    ...(over.cause === undefined ? {} : { 'ce-causationid': over.cause }),
    ...(over.trace === undefined ? {} : { traceparent: traceparentOf(over.trace) }),
  });
}

const PLACES: Readonly<Record<Step, readonly [stream: string, subject: string, type: EventType]>> = {
  [Step.Job]: ['JOBS', Subjects.jobFrom.address({ producer: 'gateway', tail: TAIL }), EventType.Job],
  [Step.Decision]: [
    'DECISIONS',
    Subjects.decision.address({ effect: 'allow', tail: TAIL }),
    EventType.Decision,
  ],
  [Step.Approval]: [
    'APPROVALS',
    Subjects.approvalJob.address({ outcome: 'granted', tail: TAIL }),
    EventType.ApprovalResolved,
  ],
  [Step.OutputApproval]: [
    'APPROVALS',
    Subjects.approvalOutput.address({ outcome: 'granted', tail: TAIL }),
    EventType.ApprovalResolved,
  ],
  [Step.Offer]: ['DISPATCH', Subjects.dispatch.address({ pool: 'mcp', tail: TAIL }), EventType.Offer],
  [Step.Result]: ['RESULTS', Subjects.result.address({ pool: 'mcp', tail: TAIL }), EventType.Result],
  [Step.Verdict]: ['VERDICTS', Subjects.verdict.address({ kind: 'clean', tail: TAIL }), EventType.Verdict],
  [Step.Release]: ['VERDICTS', Subjects.verdict.address({ kind: 'released', tail: TAIL }), EventType.Verdict],
  [Step.Output]: [
    'OUTPUTS',
    Subjects.output.address({ tenant: 'default', producer: 'gateway', tail: TAIL }),
    EventType.Output,
  ],
};

/** A job that a producer sends without any envelope, in a trace if it likes. */
export function aBareJob(body: object, trace?: string, producer = 'local-producer'): Delivery {
  const sent = aDelivery('JOBS', Subjects.jobFrom.address({ producer, tail: TAIL }), '', {
    topic: `job.${TAIL}`,
    ...body,
  });
  const traceparent = trace === undefined ? undefined : traceparentOf(trace);
  return { ...sent, header: (name) => (name === 'traceparent' ? traceparent : undefined) };
}

/** Two producers, each of its own tenant. */
const TOPOLOGY = {
  producers: [
    { name: 'local-producer', tenant: 'default', agents: [] },
    { name: 'intruder', tenant: 'intruder', agents: [] },
  ],
  pools: [],
};

/** What the evaluator says of a job of a tenant. */
export const aDecision = (jobId: string, tenantId: string) => ({
  decision_id: `${jobId}:decision:0`,
  job_id: jobId,
  job_hash: sha256Digest(jobId),
  job: '{}',
  type: 'ALLOW',
  rule_ids: ['reads'],
  reason: 'Leseerlaubnis für „alle“ \u0000\u{1F512}',
  reason_code: 'rule',
  derived_tags: [],
  constraints: { max_runtime_sec: 5 },
  obligations: {},
  policy_snapshot: sha256Digest(''),
  verified: { producer: 'p', caller: 'p', tenant_id: tenantId, agent_id: 'p', by: 'account' },
  evaluated_at: AT,
  evaluation_us: 7,
  seal: `hmac-sha256:${'A'.repeat(43)}`,
});

const traceparentOf = (trace: string) => `00-${trace}-${'c'.repeat(16)}-01`;

/** The log on its real tables, driven by hand: nothing is appended but what a test appends. */
export class AuditBench {
  private constructor(readonly rig: ServiceRig) {}

  static async open(servers: TestServers): Promise<AuditBench> {
    return new AuditBench(await openRig(servers, Service.AuditWriter));
  }

  /** One more process that appends. */
  aQueue(): AppendQueue {
    return new AppendQueue(this.rig.connections.road, this.rig.connections.main, { topology: TOPOLOGY });
  }

  append(...deliveries: readonly Delivery[]): Promise<void> {
    return this.aQueue().add(deliveries);
  }

  verify(): Promise<ChainVerdict> {
    return verifyLog(this.rig.connections.database);
  }

  async head(): Promise<ChainHead> {
    const verdict = await this.verify();
    if (!verdict.ok) throw new Error(`the log is ${verdict.problem} at ${verdict.seq}`);
    return verdict.head;
  }

  rows(): Promise<Row[]> {
    return this.rig.rows<Row>(
      `SELECT seq::int AS seq, event_id, text, 'sha256:' || encode(hash, 'hex') AS hash FROM entries ORDER BY entries.seq`,
    );
  }

  async entries(): Promise<AuditEntry[]> {
    return (await this.rows()).map((row) => JSON.parse(row.text) as AuditEntry);
  }

  async traceOf(tenantId: string, traceId: string): Promise<(string | null)[]> {
    const query = { tenantId, traceId, afterSeq: 0, limit: 100 };
    const { items } = await findTrace(this.rig.connections.database, query);
    return items.map((item) => item.type);
  }

  /** What the owner of the tables does, who can turn off what guards them. */
  async asOwner(work: () => Promise<unknown>): Promise<void> {
    await this.guards('DISABLE');
    try {
      await work();
    } finally {
      await this.guards('ENABLE');
    }
  }

  private async guards(how: 'ENABLE' | 'DISABLE'): Promise<void> {
    for (const table of ['entries', 'head'])
      await this.rig.admin.query(`ALTER TABLE ${table} ${how} TRIGGER USER`);
  }

  /** Keeps the log as it is now, to be put back. */
  async keep(): Promise<void> {
    for (const table of ['entries', 'head'])
      await this.rig.admin.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
  }

  restore(): Promise<void> {
    return this.asOwner(async () => {
      for (const table of ['entries', 'head']) {
        await this.rig.admin.query(`TRUNCATE ${table}`);
        await this.rig.admin.query(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
      }
    });
  }

  /** Puts a text in the place of another, with the hash that goes with it. */
  async rewrite(seq: number, prevHash: string, over: Partial<AuditEntry>): Promise<string> {
    const row = (await this.rows()).find((candidate) => candidate.seq === seq);
    const { text, hash } = chainEntry(prevHash, { ...(JSON.parse(row!.text) as AuditEntry), ...over });
    const { rowCount } = await this.rig.admin.query(
      `UPDATE entries SET text = $2, hash = decode(substr($3, 8), 'hex') WHERE seq = $1`,
      [seq, text, hash],
    );
    expect(rowCount).toBe(1);
    return hash;
  }

  /** Writes an entry of one's own behind another. */
  async forge(seq: number, after: Row): Promise<void> {
    const entry = { ...(JSON.parse(after.text) as AuditEntry), seq, event_id: 'forged' };
    const { text, hash } = chainEntry(after.hash, entry);
    await this.rig.admin.query(
      `INSERT INTO entries (seq, event_id, type, tenant_id, job_id, trace_id, text, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, decode(substr($8, 8), 'hex'))`,
      [seq, entry.event_id, entry.type, entry.tenant_id, entry.job_id, entry.trace_id, text, hash],
    );
  }
}
