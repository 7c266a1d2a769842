import {
  ApprovalChange,
  ApprovalOutcome,
  EventType,
  Header,
  RejectionReason,
  Service,
  Step,
  Subjects,
  eventId,
  tailOf,
} from '@countersign/contracts';
import { canonicalJson, CodedError, parseStrictJson, type JsonValue } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import type { TenantRoad, Work } from '@countersign/service-kit';
import { approvalEvent } from '../approval/approval-event.js';
import { ApprovalKind, ApprovalState } from '../approval/approval.js';
import { openApprovals, type OpenedApproval } from '../approval/locked-approval.js';
import { resolvedEmission } from '../approval/resolved-emission.js';
import { storeResolutions } from '../approval/resolution.store.js';
import type { AskPolicy } from '../consult/ruling.js';
import { ballotOf, type AskedVote } from '../resolve/asked-vote.js';
import { castVote, type VoteRefusal } from '../resolve/cast-vote.js';
import { flagAttempt } from '../resolve/flag-attempt.js';
import { stricterTerms } from '../terms/stricter-terms.js';
import type { EditRequest } from './edit-request.js';
import { findEditOf, insertEdit, type StoredEdit } from './edit.store.js';
import { editedJob, type EditRefusal, type EditedJob } from './edited-job.js';

/** The answer to an edit. */
export type EditAnswer =
  | {
      readonly ok: true;
      readonly edit: { readonly job_id: string; readonly job_hash: string; readonly edit_of: string };
    }
  | {
      readonly ok: false;
      readonly code: VoteRefusal | EditRefusal | 'policy_denies' | 'unavailable';
      readonly state?: ApprovalState;
    };

/** Where a job came from, in the words of its decision: an edited one is sent in the same names. */
interface Sender {
  readonly producer: string;
  readonly proof: string | null;
  readonly job: string | null;
}

type Edited = EditedJob & { readonly ok: true };

/**
 * Approves a job with other params. The policy is asked about the edited bytes before anything changes; what it denies
 * nobody can approve. Then, in one transaction, the original ends and the edited job is sent, as a job of its own with a
 * hash of its own: the policy decides about it once more, and where that asks for a person, the edit is their approval
 * of exactly these bytes. The note must be redacted already.
 */
export async function editApproval(
  road: TenantRoad,
  vote: AskedVote<EditRequest>,
  askPolicy: AskPolicy,
): Promise<EditAnswer> {
  const { request } = vote;
  const seen = await road.read(async (sql) => {
    const approval = await lookUp(sql, request, 'look');
    return approval && { approval, sender: await senderOf(sql, approval.approval_id) };
  });
  const params = request.params as JsonValue;
  const cast = castVote(seen?.approval, approvalBallot(vote, seen?.approval.now ?? ''));
  if (seen === undefined || !cast.ok)
    return road.run((work) => refuse(work, vote, seen?.approval, cast.ok ? 'not_found' : cast.code));
  const edited = editedJob(seen.sender.job ?? '', params);
  if (!edited.ok) return edited;
  const ruling = await askPolicy({ ...seen.approval, job_hash: edited.hash, edited: edited.text });
  if (ruling.kind === 'unavailable') return { ok: false, code: 'unavailable' };
  const isDenied = ruling.kind === 'denied' || stricterTerms(seen.approval, ruling.terms) === undefined;
  if (isDenied) return { ok: false, code: 'policy_denies', state: seen.approval.state };
  return road.run((work) => replace(work, vote, edited, seen.sender));
}

/** Puts the edited job in the place of the original, if that still waits. */
async function replace(
  work: Work,
  vote: AskedVote<EditRequest>,
  edited: Edited,
  sender: Sender,
): Promise<EditAnswer> {
  const { request } = vote;
  const approval = await lookUp(work, request, 'lock');
  const cast = castVote(approval, approvalBallot(vote, approval?.now ?? ''));
  if (approval === undefined || !cast.ok)
    return refuse(work, vote, approval, cast.ok ? 'not_found' : cast.code);
  const next = {
    ...approval,
    state: ApprovalState.Rejected,
    resolved_by: request.by,
    resolved_at: approval.now,
    edited_as: edited.jobId,
  };
  work.emit(resolvedEmission(next, ApprovalOutcome.Rejected, next.now, RejectionReason.Edited));
  work.emit(
    approvalEvent(next, ApprovalChange.Edited, next.now, {
      by: request.by,
      edited: { job_id: edited.jobId, job_hash: edited.hash },
    }),
  );
  work.emit(jobEmission(next, edited, sender));
  await storeResolutions(work, [next], new Map([[next.approval_id, RejectionReason.Edited]]));
  await insertEdit(work, storedEdit(next, edited, request));
  return answerOf(edited.jobId, edited.hash, next.job_id);
}

/** Who repeats an edit that is done, such as after a lost answer, is told of it; another answer is refused. */
async function refuse(
  work: Work,
  { request }: AskedVote<EditRequest>,
  approval: OpenedApproval | undefined,
  code: VoteRefusal,
): Promise<EditAnswer> {
  flagAttempt(work, approval, { by: request.by, vote: 'edit' }, code);
  if (approval === undefined) return { ok: false, code };
  const done = approval.edited_as === null ? undefined : await findEditOf(work, approval.approval_id);
  const isSame = done?.by === request.by && paramsOf(done.job) === canonicalJson(request.params as JsonValue);
  if (isSame) return answerOf(done.job_id, done.job_hash, approval.job_id);
  return { ok: false, code, state: approval.state };
}

function jobEmission(approval: OpenedApproval, edited: Edited, sender: Sender) {
  const tail = tailOf(approval.topic);
  if (tail === undefined || approval.caller === null || sender.proof === null)
    throw new CodedError('invalid_field', 'it is not known whose job was edited');
  return {
    subject: Subjects.jobFrom.address({ producer: Service.ApprovalService, tail }),
    id: eventId(edited.jobId, Step.Job, 0, edited.hash),
    type: EventType.Job,
    text: edited.text,
    jobId: edited.jobId,
    cause: { id: approval.cause_id, traceparent: approval.traceparent },
    // Its answer, a decision, goes to others; that the audit log has it shows that the stream has it.
    final: true,
    headers: {
      [Header.VerifiedCaller]: approval.caller,
      [Header.VerifiedProducer]: sender.producer,
      [Header.VerifiedBy]: sender.proof,
    },
  };
}

function storedEdit(approval: OpenedApproval, edited: Edited, request: EditRequest): StoredEdit {
  return {
    tenant_id: approval.tenant_id,
    job_id: edited.jobId,
    job_hash: edited.hash,
    job: edited.text,
    approval_id: approval.approval_id,
    original_job_id: approval.job_id,
    original_job_hash: approval.job_hash,
    changes: edited.changes,
    by: request.by,
    names: request.names ?? [],
    groups: request.groups ?? [],
    confirm: request.confirm ?? null,
    note: request.note ?? '',
  };
}

async function lookUp(sql: Sql, request: EditRequest, lock: 'lock' | 'look') {
  const found = await openApprovals(sql, [request], lock);
  return found.find(({ kind }) => kind === ApprovalKind.Job);
}

async function senderOf(sql: Sql, approvalId: string): Promise<Sender> {
  const [row] = await sql.query<Sender>('SELECT producer, proof, job FROM approvals WHERE approval_id = $1', [
    approvalId,
  ]);
  return row ?? { producer: '', proof: null, job: null };
}

function paramsOf(job: string): string {
  const parsed = parseStrictJson(job);
  return parsed.ok ? canonicalJson((parsed.value as { params: JsonValue }).params) : '';
}

const approvalBallot = (vote: AskedVote<EditRequest>, at: string) =>
  ballotOf({ request: { ...vote.request, vote: 'approve' }, isPerson: vote.isPerson }, at);

const answerOf = (job_id: string, job_hash: string, edit_of: string): EditAnswer => ({
  ok: true,
  edit: { job_id, job_hash, edit_of },
});
