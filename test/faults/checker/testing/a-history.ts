import { chainEntry, GENESIS, type AuditEntry, type ChainHead } from '@countersign/audit-log';
import { AttemptState, DecisionType, EventType, JobState, type StreamName } from '@countersign/contracts';
import { sha256Digest, type JsonValue } from '@countersign/kernel';
import type { History, TapMessage } from '../history.js';

export const JOB_ID = '01J00000000000000000000001';
export const BYTES = '{"job_id":"01J00000000000000000000001","params":{"for":"token-one"}}';
export const HASH = sha256Digest(BYTES);
export const OTHER_HASH = sha256Digest('other bytes');
const OUTPUT = '{"done":true}';
const SNAPSHOT = sha256Digest('policy');
const LEASE = 'lease-1';
/** When the job was decided, approved, offered, and when its output left: milliseconds of Unix time. */
const AT = { decided: 1_000, approved: 2_000, offered: 3_000, result: 4_000, verdict: 5_000, output: 6_000 };

/** A message of the tap about the one job. */
export function aMessage(
  stream: StreamName,
  type: string,
  subject: string,
  storedAtMs: number,
  body: object,
): TapMessage {
  const text = JSON.stringify(body);
  const headers = { id: `${type}:${storedAtMs}`, source: '/countersign/test', time: '1970-01-01T00:00:00Z' };
  return { stream, seq: storedAtMs, subject, type, storedAtMs, text, digest: sha256Digest(text), headers };
}

export const anOffer = (over: object = {}): TapMessage =>
  aMessage('DISPATCH', EventType.Offer, 'dispatch.example.example.run', AT.offered, {
    job_id: JOB_ID,
    job_hash: HASH,
    attempt: 1,
    ...over,
  });

export const aResult = (leaseId = LEASE): TapMessage =>
  aMessage('RESULTS', EventType.Result, 'result.example.example.run', AT.result, {
    job_id: JOB_ID,
    attempt: 1,
    lease: { id: leaseId, epoch: 1 },
  });

export const anOutput = (output = OUTPUT, released = sha256Digest(output)): TapMessage =>
  aMessage('OUTPUTS', EventType.Output, 'output.one.gateway.example.run', AT.output, {
    job_id: JOB_ID,
    output,
    released,
  });

/** What the log keeps of a message. */
export function anEntry(
  message: Pick<TapMessage, 'stream' | 'subject' | 'type' | 'storedAtMs' | 'digest'>,
  summary: Readonly<Record<string, JsonValue>>,
  over: Partial<AuditEntry> = {},
): AuditEntry {
  const { stream, subject, type, storedAtMs, digest } = message;
  return {
    seq: 0,
    event_id: `${type}:${storedAtMs}`,
    stream,
    subject,
    type,
    source: '/countersign/test',
    tenant_id: 'one',
    job_id: JOB_ID,
    trace_id: null,
    causation_id: null,
    stored_at: new Date(storedAtMs).toISOString(),
    recorded_at: new Date(storedAtMs).toISOString(),
    body_sha256: digest,
    summary,
    ...over,
  };
}

/** Chains entries into a log with its head. */
export function aLog(entries: readonly AuditEntry[]): Pick<History, 'log' | 'head'> {
  let head: ChainHead = GENESIS;
  const log = entries.map((draft) => {
    const entry = { ...draft, seq: head.seq + 1 };
    const { text, hash } = chainEntry(head.hash, entry);
    head = { seq: entry.seq, hash };
    return { seq: entry.seq, text, hash, entry };
  });
  return { log, head };
}

/** A decision that asks for two people, as it is told. */
export const aDecision = (over: object = {}): TapMessage =>
  aMessage('DECISIONS', EventType.Decision, 'decision.require_approval.x', AT.decided, {
    job_id: JOB_ID,
    job_hash: HASH,
    job: BYTES,
    type: DecisionType.RequireApproval,
    obligations: { approval: { quorum: 2, groups: [], ttl_sec: 60 } },
    ...over,
  });

/** The grant of the one job, as it is told. */
export const anApproval = (over: object = {}): TapMessage =>
  aMessage('APPROVALS', EventType.ApprovalResolved, 'approval.job.granted.x', AT.approved, {
    job_id: JOB_ID,
    job_hash: HASH,
    kind: 'job',
    outcome: 'granted',
    ...over,
  });

/** A vote for the job, as the log keeps it. */
const aVote = (voter: string, vote: 'approve' | 'deny' = 'approve') => ({
  voter,
  vote,
  at: '1970',
  note: '',
});

/** Who voted: for the job, unless said otherwise. */
export type AVote = string | readonly [voter: string, vote: 'deny'];

/** What the log holds of the grant. */
export const aGrant = (...votes: readonly AVote[]): AuditEntry =>
  anEntry(anApproval(), {
    job_hash: HASH,
    kind: 'job',
    outcome: 'granted',
    votes: votes.map((one) => (typeof one === 'string' ? aVote(one) : aVote(...one))),
  });

const verdict = aMessage('VERDICTS', EventType.Verdict, 'verdict.clean.x', AT.verdict, {});
const tap = [aDecision(), anApproval(), anOffer(), aResult(), verdict, anOutput()];

/** What the log holds of the one job. */
export const ENTRIES: readonly AuditEntry[] = [
  anEntry(aDecision(), { job_hash: HASH }),
  aGrant('anna', 'ben'),
  anEntry(anOffer(), {}),
  anEntry(aResult(), {}),
  anEntry(verdict, { kind: 'clean', released: sha256Digest(OUTPUT) }),
  anEntry(anOutput(), { released: sha256Digest(OUTPUT) }),
];

/** A job that was accepted, asked about, approved, run, scanned and answered, and broke nothing. */
export function aHistory(over: Partial<History> = {}): History {
  const one = { jobId: JOB_ID, tenantId: 'one', jobHash: HASH };
  return {
    accepted: [{ ...one, mayRun: true }],
    decisions: [
      {
        ...one,
        type: DecisionType.RequireApproval,
        policySnapshot: SNAPSHOT,
        decidedAtMs: AT.decided,
        text: aDecision().text,
      },
    ],
    snapshots: new Set([SNAPSHOT]),
    approvals: [
      {
        ...one,
        kind: 'job',
        state: 'GRANTED',
        createdAtMs: AT.decided,
        expiresAtMs: AT.offered,
        resolvedAtMs: AT.approved,
        text: BYTES,
      },
    ],
    jobs: [{ ...one, bytesDigest: HASH, state: JobState.Completed, text: BYTES }],
    attempts: [
      {
        jobId: JOB_ID,
        attempt: 1,
        state: AttemptState.Ended,
        leaseId: LEASE,
        resultDigest: aResult().digest,
      },
    ],
    intake: [],
    ...aLog(ENTRIES),
    tap,
    effects: [{ jobId: JOB_ID, attempt: 1, runId: 'run-1', tenantId: 'one', digest: HASH }],
    secrets: ['a-planted-secret'],
    tokens: [
      { tenantId: 'one', token: 'token-one' },
      { tenantId: 'two', token: 'token-two' },
    ],
    ...over,
  };
}
