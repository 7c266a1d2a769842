import { randomBytes } from 'node:crypto';
import {
  ConfirmQuarantineConsumer,
  ReleaseOutputsConsumer,
  ScanResultsConsumer,
  type ScanPool,
} from '@countersign/output-scanner';
import {
  EventType,
  JobState,
  Service,
  Subjects,
  type ApprovalOutcome,
  type ApprovalResolved,
  type JobEvents,
  type OutputEvent,
  type Refused,
  type Result,
  type Verdict,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import type { Delivery, Settlement } from '@countersign/messaging';
import type { Work } from '@countersign/service-kit';
import type { TestServers } from '../../flow/support/servers.js';
import { OutputPolicyOfTest } from './output-policy.js';
import { aDelivery, openRig, type ServiceRig } from './service-rig.js';

export const TAIL = 'mcp-bridge.read.file';
export const POOL = 'mcp';

export const aResult = (over: Partial<Result> = {}): Result => ({
  job_id: newUlid(),
  attempt: 1,
  run_id: 'run_20261120T140003Z_9f2c41aa',
  lease: { id: newUlid(), epoch: 1 },
  status: 'succeeded',
  output: { ticket: 'T-1' },
  error: null,
  constraints_digest: `sha256:${'c'.repeat(64)}`,
  usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
  started_at: '2026-01-01T00:00:00Z',
  finished_at: '2026-01-01T00:00:01Z',
  effects: [],
  ...over,
});

export const aKey = (): string =>
  `AKIA${[...randomBytes(16)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('')}`;

/** An output whose member's name is a secret is not redacted but put before a person. */
export const aHeldResult = (): Result => aResult({ output: { [aKey()]: 1 } });

/** A result as its worker sends it: a new message at every call. */
export const sent = (result: Result, tail = TAIL, pool = POOL): Delivery =>
  aDelivery('RESULTS', Subjects.result.address({ pool, tail }), EventType.Result, result);

/** The scanner's handlers on its real tables, driven by hand: nothing runs but what a test lets run. */
export class ScannerBench {
  private readonly results: ScanResultsConsumer;
  private readonly reviews: ReleaseOutputsConsumer;
  private readonly jobEvents: ConfirmQuarantineConsumer;

  readonly policy = new OutputPolicyOfTest();

  private constructor(
    readonly rig: ServiceRig,
    pool: ScanPool | undefined,
  ) {
    const { road } = rig.connections;
    this.results = new ScanResultsConsumer(road, rig.config, this.policy.ask, pool);
    this.reviews = new ReleaseOutputsConsumer(road, rig.config);
    this.jobEvents = new ConfirmQuarantineConsumer(road);
  }

  /** Without threads everything is scanned at once. */
  static async open(servers: TestServers, pool?: ScanPool): Promise<ScannerBench> {
    return new ScannerBench(await openRig(servers, Service.OutputScanner), pool);
  }

  /** Empties the tables. */
  async clear(): Promise<void> {
    await this.rig.connections.road.settled();
    this.policy.reset();
    for (const table of ['outbox', 'inbox', 'verdicts', 'quarantine'])
      await this.rig.rows(`DELETE FROM ${table}`);
  }

  scan(...deliveries: Delivery[]): Promise<readonly Settlement[]> {
    return this.results.handle(deliveries);
  }

  /** The scheduler says that a job waits for the review of a result. */
  confirm(result: Result, where: { pool?: string; topic?: string } = {}): Promise<readonly Settlement[]> {
    const events: JobEvents = {
      jobs: [
        {
          job_id: result.job_id,
          job_hash: `sha256:${'a'.repeat(64)}`,
          trace_id: null,
          state: JobState.Quarantined,
          attempt: result.attempt,
          reason_code: 'quarantined',
          at: '2026-01-01T00:00:00Z',
          detail: { scanned: sha256Digest(JSON.stringify(result)), ...where },
        },
      ],
    };
    const subject = Subjects.eventJob.address({
      tenant: 'default',
      producer: 'gateway',
      state: 'quarantined',
    });
    return this.jobEvents.handle([aDelivery('EVENTS', subject, EventType.JobEvent, events)]);
  }

  /** A review of a result ends. */
  review(result: Result, outcome: ApprovalOutcome): Promise<readonly Settlement[]> {
    const resolved: ApprovalResolved = {
      approval_id: newUlid(),
      kind: 'output',
      job_id: result.job_id,
      job_hash: `sha256:${'a'.repeat(64)}`,
      attempt: result.attempt,
      decision_id: null,
      policy_snapshot: null,
      scanned: sha256Digest(JSON.stringify(result)),
      outcome,
      votes: [],
      resolved_at: '2026-01-01T00:00:00Z',
    };
    const subject = Subjects.approvalOutput.address({ outcome, tail: TAIL });
    return this.reviews.handle([aDelivery('APPROVALS', subject, EventType.ApprovalResolved, resolved)]);
  }

  /** Runs a sweep once. */
  sweep<T>(sweep: (work: Work) => Promise<T>): Promise<T> {
    return this.rig.connections.road.run((work) => sweep(work));
  }

  /** The audit log confirms that it has stored everything told so far. */
  async audit(): Promise<void> {
    await this.rig.rows('UPDATE outbox SET flags = flags | 1');
  }

  /** Makes everything sealed or told older. */
  async age(table: 'quarantine' | 'verdicts', interval: string): Promise<void> {
    const column = table === 'quarantine' ? 'sealed_at' : 'told_at';
    await this.rig.rows(`UPDATE ${table} SET ${column} = now() - $1::interval`, [interval]);
  }

  /** The verdicts that the service has to tell about a job, in the order in which they came. */
  async verdictsOf(jobId: string): Promise<(Verdict & { subject: string })[]> {
    const rows = await this.rig.rows<{ body: string; subject: string }>(
      'SELECT body, subject FROM outbox WHERE job_id = $1 AND type = $2 ORDER BY event_time, event_id',
      [jobId, EventType.Verdict],
    );
    return rows.map(({ body, subject }) => ({ ...(JSON.parse(body) as Verdict), subject }));
  }

  /** What the service has to tell that it refused, or gave up. */
  async refusals(): Promise<Refused[]> {
    const rows = await this.rig.rows<{ body: string }>('SELECT body FROM outbox WHERE type = $1', [
      EventType.Refused,
    ]);
    return rows.map(({ body }) => JSON.parse(body) as Refused);
  }

  /** What the service has to tell about outputs: alerts, and openings of sealed bytes. */
  async outputEvents(): Promise<OutputEvent[]> {
    const rows = await this.rig.rows<{ body: string }>('SELECT body FROM outbox WHERE type = $1', [
      EventType.OutputEvent,
    ]);
    return rows.map(({ body }) => JSON.parse(body) as OutputEvent);
  }

  /** Sealed bytes of a job's results. */
  heldOf(jobId: string): Promise<{ sealed: Buffer }[]> {
    return this.rig.rows('SELECT sealed FROM quarantine WHERE job_id = $1', [jobId]);
  }

  /** Rows of a table, or of a table and a condition. */
  async countOf(table: string): Promise<number> {
    const [row] = await this.rig.rows<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
    return Number(row?.n);
  }
}
