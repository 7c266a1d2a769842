import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, Decision, EventType, MAX_PAYLOAD_BYTES, Service } from '@countersign/contracts';
import { Consume, type Delivery, type Settlement } from '@countersign/messaging';
import {
  PLATFORM_CONFIG,
  Road,
  roadOf,
  type Fact,
  type PlatformConfig,
  type Work,
} from '@countersign/service-kit';
import { insertApprovals } from '../approval/approval.store.js';
import { ApprovalState, type NewApproval } from '../approval/approval.js';
import { holdOffEnds } from '../approval/ended-jobs.store.js';
import { takeEdits } from '../edit/take-edits.js';
import { findSurplus, refuseSurplus, type QueueLimits } from '../queue/queue-limits.js';
import { requestApproval } from './request-approval.js';

/** Asks the reviewers about every job whose decision says so. */
@Controller()
export class RequestApprovalsConsumer {
  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'approvals'>,
  ) {}

  @Consume(CONSUMERS.requestApprovals)
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    return this.road.handle<Decision>(
      CONSUMERS.requestApprovals,
      { schema: Decision, type: EventType.Decision, maxBytes: MAX_PAYLOAD_BYTES },
      batch,
      (work, facts) => requestApprovals(work, facts, this.config.approvals),
    );
  }
}

/**
 * Stores the questions of a batch of decisions. A question about a job whose end came first never opens, and one too many
 * ends at once. What its own reviewer has edited is approved by them already.
 */
export async function requestApprovals(
  work: Work,
  facts: readonly Fact<Decision>[],
  limits?: QueueLimits,
): Promise<void> {
  const asked: NewApproval[] = [];
  for (const fact of facts) {
    const request = requestApproval(fact);
    if (request.ok) asked.push(request.approval);
    else work.deadLetter(fact, request.code, request.pointer);
  }
  if (asked.length === 0) return;
  const surplus = await findSurplus(work, asked, limits);
  const [, inserted] = await Promise.all([holdOffEnds(work), insertApprovals(work, asked, surplus)]);
  refuseSurplus(work, surplus, inserted);
  await takeEdits(
    work,
    asked.filter((approval) => inserted.get(approval.approval_id)?.state === ApprovalState.Pending),
  );
  await refuseConflicts(
    work,
    asked.filter((approval) => !inserted.has(approval.approval_id)),
  );
}

/** A job id that was asked about with other content is refused; the same content was merely said twice. */
async function refuseConflicts(work: Work, repeated: readonly NewApproval[]): Promise<void> {
  if (repeated.length === 0) return;
  const known = await work.query<{ tenant_id: string; job_id: string; job_hash: string }>(
    `SELECT tenant_id, job_id, job_hash FROM approvals WHERE kind = 'job' AND job_id = ANY($1)`,
    [repeated.map((approval) => approval.job_id)],
  );
  const hashes = new Map(known.map((row) => [`${row.tenant_id}/${row.job_id}`, row.job_hash]));
  for (const { tenant_id, job_id, job_hash, trace_id, cause_id, traceparent } of repeated) {
    if (hashes.get(`${tenant_id}/${job_id}`) === job_hash) continue;
    work.refuse(
      { job_id, trace_id, what: 'decision', reason_code: 'job_id_conflict', detail: { tenant_id, job_hash } },
      { id: cause_id, traceparent },
    );
  }
}
