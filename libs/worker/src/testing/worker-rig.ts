import {
  EventType,
  Header,
  Service,
  Step,
  eventId,
  parseBody,
  sealJob,
  sourceOf,
  ClaimRequest,
  HeartbeatRequest,
  Result,
  type ClaimAnswer,
  type Constraints,
  type HeartbeatAnswer,
} from '@countersign/contracts';
import { canonicalJson, CodedError, newUlid, sha256Digest } from '@countersign/kernel';
import type { BusLog, Delivery, Outgoing, PublishOutcome } from '@countersign/messaging';
import { newKeyRing, WARRANT_ISSUER, WarrantSigner, type WarrantClaims } from '@countersign/warrant';
import type { ResultJournal, ResultRecord } from '../result-journal.js';
import { Worker } from '../worker.js';
import type { JobHandler, WorkerBus, WorkerClock } from '../worker-types.js';

type Claim = ClaimRequest['claims'][number];
type GrantedAnswer = ClaimAnswer & { readonly ok: true };
/** An answer before its warrant is signed. */
export type Draft = Omit<GrantedAnswer, 'warrant'> | Exclude<ClaimAnswer, GrantedAnswer>;

/** Digests of the jobs that were offered, as the scheduler knows them. */
const hashes = new Map<string, string>();

/** An offer as the pool `test` receives it. */
export function anOffer(
  changes: {
    readonly jobId?: string;
    readonly attempt?: number;
    readonly subject?: string;
    readonly body?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Delivery {
  const { jobId = newUlid(), attempt = 1 } = changes;
  const { text, hash } = sealJob(
    { topic: 'job.test.echo', tenant_id: 'default', params: { say: 'hello' } },
    { jobId, agentId: 'agent' },
  );
  hashes.set(jobId, hash);
  const body = {
    job_id: jobId,
    job_hash: hash,
    job: text,
    attempt,
    pool: 'test',
    offer_expires_at: '2026-01-01T00:00:00Z',
    ...changes.body,
  };
  const headers: Record<string, string> = {
    [Header.SpecVersion]: '1.0',
    [Header.Id]: eventId(jobId, Step.Offer, attempt, hash),
    [Header.Type]: EventType.Offer,
    [Header.Source]: sourceOf(Service.Scheduler),
    [Header.Subject]: jobId,
    [Header.Traceparent]: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...changes.headers,
  };
  return {
    stream: 'DISPATCH',
    seq: 1,
    subject: changes.subject ?? 'dispatch.test.test.echo',
    data: Buffer.from(JSON.stringify(body)),
    storedAtMs: 0,
    deliveries: 1,
    header: (name) => headers[name],
  };
}

/** The job id of an offer made by {@link anOffer}. */
export const jobIdOf = (offer: Delivery): string => offer.header(Header.Subject) ?? '';

/** A worker on a bus, a scheduler, a journal and a clock that tests hold in their hands. */
export class WorkerRig implements WorkerClock {
  readonly claimRequests: ClaimRequest[] = [];
  readonly heartbeatRequests: HeartbeatRequest[] = [];
  readonly publishings: (readonly Outgoing[])[] = [];
  readonly saved: ResultRecord[] = [];
  readonly forgotten: string[] = [];
  readonly logged: string[] = [];
  constraints: Constraints = { max_runtime_sec: 30 };
  heartbeat: Partial<Extract<HeartbeatAnswer, { ok: true }>> | 'stale' | 'silent' = {};
  claim: (claim: Claim) => Draft | 'lost' = (claim) => this.grant(claim);
  /** Gives the warrant of a grant: as it is, unless a test wants another. */
  warrant: (claims: WarrantClaims) => unknown = (claims) => this.signed(claims);
  /** Whose keys the workers are told, and whose sign. */
  signer: Promise<WarrantSigner> = aSigner();
  keys: (() => unknown) | 'silent' = async () => (await this.signer).publicKeys;
  keyRequests = 0;
  publishOutcome: PublishOutcome = 'stored';
  readonly worker: Worker;
  private nowMs = 1_000_000;

  constructor(handle: JobHandler, concurrency = 4) {
    const log = (message: string) => void this.logged.push(message);
    const busLog: BusLog = { info: log, warn: log, error: log };
    const journal: Pick<ResultJournal, 'put' | 'forget'> = {
      put: (records) => Promise.resolve(void this.saved.push(...records)),
      forget: (ids) => Promise.resolve(void this.forgotten.push(...ids)),
    };
    const settings = {
      pool: 'test',
      workerId: 'w-1',
      concurrency,
      runsDir: '/nonexistent',
      handle,
      log: busLog,
    };
    this.worker = new Worker(this.bus(), journal, settings, this);
  }

  now(): number {
    return this.nowMs;
  }

  date(): Date {
    return new Date(1_700_000_000_000 + this.nowMs);
  }

  /** Lets time pass, with a tick at its end. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.worker.tick();
  }

  /** The published results, checked against their schema. */
  get results(): Result[] {
    return this.publishings.flat().map(({ body }) => {
      const parsed = parseBody(Result, Buffer.from(body));
      if (!parsed.ok) throw new Error(parsed.problem.message);
      return parsed.value;
    });
  }

  /** A warrant by the scheduler's own key. */
  async signed(claims: WarrantClaims): Promise<string> {
    const token = (await this.signer).sign(claims);
    return token ?? '';
  }

  grant({ job_id, attempt }: Claim): Omit<GrantedAnswer, 'warrant'> {
    return {
      ok: true,
      job_id,
      attempt,
      lease: { id: `lease-${job_id}`, epoch: 1, duration_ms: 15_000 },
      server_time: this.date().toISOString(),
      run_id: 'run_20260101T000000Z_0123abcd',
      constraints: this.constraints,
      heartbeat_sec: 5,
    };
  }

  private bus(): WorkerBus {
    const unexpected = () => {
      throw new Error('this is not expected of the worker');
    };
    return {
      publish: (messages) => {
        this.publishings.push(messages);
        return Promise.resolve(messages.map(() => this.publishOutcome));
      },
      request: (subject, body) => {
        if (subject === 'claim.test') return this.answerClaims(body as ClaimRequest);
        if (subject === 'heartbeat.test') return this.answerHeartbeat(body as HeartbeatRequest);
        if (subject === 'query.scheduler.jwks') return this.tellKeys();
        throw new Error(`nobody serves ${subject}`);
      },
      consume: unexpected,
      subscribe: unexpected,
      flush: unexpected,
      close: unexpected,
    };
  }

  private async answerClaims(request: ClaimRequest): Promise<unknown> {
    checked(ClaimRequest, request);
    this.claimRequests.push(request);
    const answers = await Promise.all(request.claims.map((claim) => this.answerTo(claim)));
    if (answers.includes('lost')) throw new CodedError('timeout', 'no answer');
    return { answers };
  }

  private async answerTo(claim: Claim): Promise<unknown> {
    const draft = this.claim(claim);
    if (draft === 'lost' || !draft.ok) return draft;
    const claimedAt = Math.floor(Date.parse(draft.server_time) / 1000);
    const warrant = await this.warrant({
      ...{ iss: WARRANT_ISSUER, aud: 'test', pool: 'test', tenant_id: 'default' },
      ...{ iat: claimedAt, nbf: claimedAt },
      exp: claimedAt + (draft.constraints.max_runtime_sec ?? 3_600) + 10,
      job_id: draft.job_id,
      job_hash: hashes.get(draft.job_id) ?? '',
      ...{ attempt: draft.attempt, run_id: draft.run_id, nonce: claim.nonce },
      ...{ lease_id: draft.lease.id, epoch: draft.lease.epoch },
      ...{ decision_id: 'decision-1', policy_snapshot: sha256Digest('policy'), approval_ids: [] },
      constraints_digest: sha256Digest(canonicalJson(this.constraints)),
    });
    return { ...draft, ...(warrant !== undefined && { warrant }) };
  }

  private async tellKeys(): Promise<unknown> {
    this.keyRequests++;
    if (this.keys === 'silent') throw new CodedError('timeout', 'no answer');
    return await this.keys();
  }

  private answerHeartbeat(request: HeartbeatRequest): Promise<unknown> {
    checked(HeartbeatRequest, request);
    this.heartbeatRequests.push(request);
    const { heartbeat } = this;
    if (heartbeat === 'silent') return Promise.reject(new CodedError('timeout', 'no answer'));
    const answers = request.leases.map(({ lease_id }): HeartbeatAnswer => {
      if (heartbeat === 'stale') return { ok: false, lease_id, code: 'stale_lease' };
      return { ok: true, lease_id, extends_ms: 15_000, cancel: false, result_recorded: false, ...heartbeat };
    });
    return Promise.resolve({ answers });
  }
}

/** A scheduler's signer with keys of its own. */
export const aSigner = async (): Promise<WarrantSigner> => WarrantSigner.open(await newKeyRing(new Date()));

function checked(schema: typeof ClaimRequest | typeof HeartbeatRequest, body: unknown): void {
  const parsed = parseBody(schema, Buffer.from(JSON.stringify(body)));
  if (!parsed.ok) throw new Error(parsed.problem.message);
}

/** Waits until something holds, by turns of the event loop. Throws after many. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 10_000; turns++) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it did not come to hold');
}

/** Lets everything that is ready happen: promises that are settled and their followers. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
