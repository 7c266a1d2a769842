import type { ApprovalKind, ApprovalState } from '../approval/approval.js';
import { RISK_NAMES } from '../approval/risk-of.js';
import { isSameName } from '../resolve/cast-vote.js';
import { STATUS } from '../show/show-approval.js';
import type { CleanText } from './clean-text.js';
import type { Happening } from './happening.js';

/** One unsent word about one question, with what of the question may be told. */
export interface StoredNotification {
  readonly notification_id: string;
  readonly event: Happening;
  /** Tries that have failed. */
  readonly failures: number;
  readonly tenant_id: string;
  readonly approval_id: string;
  readonly kind: ApprovalKind;
  readonly state: ApprovalState;
  readonly job_id: string;
  readonly job_hash: string;
  readonly trace_id: string;
  readonly topic: string;
  readonly caller: string | null;
  readonly agent_id: string | null;
  readonly proof: string | null;
  /** A list as JSON text. */
  readonly rule_ids: string;
  readonly reason: string;
  readonly reason_code: string;
  readonly risk: 0 | 1 | 2;
  /** Whether a reviewer has to type something to approve. */
  readonly asks_confirmation: boolean;
  /** A list as JSON text. */
  readonly escalate_to: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly escalated_at: string | null;
  readonly resolved_at: string | null;
  readonly edit_of: string | null;
  readonly edited_as: string | null;
}

/** What is told of a question: cleaned, and never a param of the job or a note of a reviewer. */
export interface Notice {
  readonly id: string;
  readonly event: Happening;
  readonly at: string;
  readonly approval_id: string;
  readonly kind: ApprovalKind;
  readonly status: string;
  readonly tenant_id: string;
  readonly job_id: string;
  readonly job_hash: string;
  /** The job that somebody has edited to make this one; null for one that was asked for as it is. */
  readonly edit_of: string | null;
  /** The job that goes on in the place of this one, which is denied itself: somebody has edited it. */
  readonly edited_as: string | null;
  readonly topic: string;
  readonly agent: {
    readonly id: string;
    /** Whether that is what the submitter says, rather than who submitted by a verified credential. */
    readonly is_claim: boolean;
  } | null;
  readonly rule_ids: readonly string[];
  readonly reason: string;
  readonly reason_code: string;
  readonly risk: string;
  readonly asks_confirmation: boolean;
  /** Groups that may answer as well since it was escalated. */
  readonly escalate_to: readonly string[];
  readonly expires_at: string;
  readonly resolved_at: string | null;
  /** The console's page of the job; null where no console is configured. */
  readonly link: string | null;
}

/** Names of a list that are told at most. */
const MAX_NAMES = 20;
/** Who has no credentials at all is whoever they say. */
const UNPROVEN: readonly (string | null)[] = [null, 'loopback'];

/** The notice of a stored notification. The same row gives the same notice at every try. */
export function noticeOf(row: StoredNotification, clean: CleanText, consoleUrl: string | null): Notice {
  const { approval_id, kind, job_id, job_hash, edit_of, expires_at } = row;
  const isOver = row.event === 'resolved' || row.event === 'expired';
  return {
    id: row.notification_id,
    event: row.event,
    at: (isOver ? row.resolved_at : row.event === 'escalated' ? row.escalated_at : null) ?? row.created_at,
    ...{ approval_id, kind, job_id, job_hash, edit_of, expires_at },
    edited_as: isOver ? row.edited_as : null,
    tenant_id: clean(row.tenant_id),
    status: isOver ? STATUS[row.state] : STATUS.PENDING,
    topic: clean(row.topic),
    agent: agentOf(row, clean),
    rule_ids: listOf(row.rule_ids, clean),
    reason: clean(row.reason),
    reason_code: clean(row.reason_code),
    risk: RISK_NAMES[row.risk],
    asks_confirmation: row.asks_confirmation,
    escalate_to: row.event === 'escalated' ? listOf(row.escalate_to, clean) : [],
    resolved_at: isOver ? row.resolved_at : null,
    link: consoleUrl === null ? null : `${consoleUrl}/jobs/${encodeURIComponent(job_id)}`,
  };
}

function listOf(json: string, clean: CleanText): readonly string[] {
  return (JSON.parse(json) as string[]).slice(0, MAX_NAMES).map(clean);
}

function agentOf({ agent_id: id, caller, proof }: StoredNotification, clean: CleanText): Notice['agent'] {
  if (id === null) return null;
  const isVerified = caller !== null && isSameName(caller, id) && !UNPROVEN.includes(proof);
  return { id: clean(id), is_claim: !isVerified };
}
