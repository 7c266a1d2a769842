import { ReasonCode } from '@countersign/contracts';
import { derivedUlid } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { ApprovalKind, type NewApproval } from '../approval/approval.js';
import { Risk } from '../approval/risk-of.js';
import { insertApprovals } from '../approval/approval.store.js';
import type { HeldVerdict, QuarantinedJob } from './output-halves.js';

/** How long a quarantined output waits for its review, in seconds: 24 hours. */
export const OUTPUT_APPROVAL_TTL_SEC = 24 * 3600;

/** Any constant: it names the lock under which the two halves meet. */
const HALVES_LOCK = 7_305_313;

const HELD_COLUMNS = {
  verdict_id: 'text',
  job_id: 'text',
  attempt: 'int',
  scanned: 'text',
  pool: 'text',
  topic: 'text',
  findings: 'text',
  traceparent: 'text',
  trace_id: 'text',
  stored_at_ms: 'bigint',
} as const;

const QUARANTINED_COLUMNS = {
  tenant_id: 'text',
  job_id: 'text',
  attempt: 'int',
  job_hash: 'text',
  producer: 'text',
  caller: 'text',
  agent_id: 'text',
  scanned: 'text',
  reason_code: 'text',
  pool: 'text',
  topic: 'text',
} as const;

type Pair = Omit<HeldVerdict, 'pool'> &
  Omit<QuarantinedJob, 'scanned' | 'pool' | 'topic'> & {
    readonly decision_id: string | null;
    readonly policy_snapshot: string | null;
    readonly job: string | null;
    readonly rule_ids: string | null;
  };

/** The topic is the job's own where it is known: the verdict's comes from the subject that a worker chose. */
const PAIRS = `
  SELECT v.verdict_id, v.job_id, v.attempt, v.scanned, coalesce(j.topic, v.topic) AS topic, v.findings, v.traceparent,
         v.trace_id, v.stored_at_ms, q.tenant_id, q.job_hash, q.producer, q.reason_code,
         coalesce(q.caller, j.caller) AS caller, coalesce(q.agent_id, j.agent_id) AS agent_id,
         j.decision_id, j.policy_snapshot, j.job, j.rule_ids
    FROM quarantined_jobs q
    JOIN held_verdicts v ON v.job_id = q.job_id AND v.attempt = q.attempt
                        AND (q.scanned IS NULL OR q.scanned = v.scanned)
                        AND (q.pool IS NULL OR q.pool = v.pool)
                        AND (q.topic IS NULL OR q.topic = v.topic)
    LEFT JOIN approvals j ON j.kind = 'job' AND j.tenant_id = q.tenant_id AND j.job_id = q.job_id
                         AND j.job_hash = q.job_hash
   WHERE q.job_id = ANY($1)
   ORDER BY v.held_at, v.verdict_id`;

/**
 * Keeps the halves of questions about outputs and opens those that are whole. A verdict does not say whose job it
 * is, and it may come from a worker that lost its lease; only the scheduler's word makes it a question. The halves
 * come on two streams in either order, so they meet under a lock: neither transaction can overlook the other.
 */
export async function openOutputApprovals(
  sql: Sql,
  halves: { readonly verdicts: readonly HeldVerdict[]; readonly jobs: readonly QuarantinedJob[] },
): Promise<void> {
  const jobIds = [...halves.verdicts, ...halves.jobs].map((half) => half.job_id);
  if (jobIds.length === 0) return;
  const [, , , pairs] = await Promise.all([
    lockHalves(sql),
    sql.insertMany('held_verdicts', HELD_COLUMNS, halves.verdicts, 'ON CONFLICT DO NOTHING'),
    sql.insertMany('quarantined_jobs', QUARANTINED_COLUMNS, halves.jobs, 'ON CONFLICT DO NOTHING'),
    sql.query<Pair>(PAIRS, [jobIds]),
  ]);
  if (pairs.length === 0) return;
  const opened = pairs.map((pair) => pair.verdict_id);
  await Promise.all([
    insertApprovals(sql, pairs.map(outputApproval)),
    sql.query(
      `DELETE FROM quarantined_jobs q USING held_verdicts v
        WHERE v.verdict_id = ANY($1) AND q.job_id = v.job_id AND q.attempt = v.attempt`,
      [opened],
    ),
    sql.query('DELETE FROM held_verdicts WHERE verdict_id = ANY($1)', [opened]),
  ]);
}

/** Holds off everybody else who moves halves, until this transaction is over. */
export async function lockHalves(sql: Sql): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [HALVES_LOCK]);
}

function outputApproval(pair: Pair): NewApproval {
  const reasonCode = isReasonCode(pair.reason_code) ? pair.reason_code : 'quarantined';
  return {
    approval_id: derivedUlid(pair.stored_at_ms, pair.verdict_id),
    kind: ApprovalKind.Output,
    tenant_id: pair.tenant_id,
    job_id: pair.job_id,
    job_hash: pair.job_hash,
    attempt: pair.attempt,
    decision_id: pair.decision_id,
    policy_snapshot: pair.policy_snapshot,
    scanned: pair.scanned,
    topic: pair.topic,
    producer: pair.producer,
    caller: pair.caller,
    agent_id: pair.agent_id,
    quorum: 1,
    groups: [],
    confirm: null,
    escalate_after_sec: null,
    escalate_to: [],
    reason_code: reasonCode,
    proof: null,
    action: '',
    shape: '',
    risk: Risk.High,
    rule_ids: pair.rule_ids === null ? [] : (JSON.parse(pair.rule_ids) as string[]),
    reason: ReasonCode[reasonCode],
    job: pair.job,
    findings: JSON.parse(pair.findings) as unknown[],
    cause_id: pair.verdict_id,
    traceparent: pair.traceparent,
    trace_id: pair.trace_id,
    ttl_sec: OUTPUT_APPROVAL_TTL_SEC,
  };
}

const isReasonCode = (code: string | null): code is ReasonCode =>
  code !== null && Object.hasOwn(ReasonCode, code);
