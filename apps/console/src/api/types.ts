/** Who the console acts for. */
export interface Me {
  readonly name: string;
  readonly tenant_id: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly verified_by: 'loopback' | 'api_key' | 'token';
  /** Where traces can be looked at, with `{trace_id}` in it. */
  readonly traces_url?: string | null;
}
export type Role = 'producer' | 'worker' | 'reviewer' | 'auditor' | 'operator';

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export type ApprovalState = 'PENDING' | 'GRANTED' | 'REJECTED' | 'EXPIRED' | 'WITHDRAWN';

/** The canonical job: exactly what is approved, and what its hash is of. */
export interface CanonicalJob {
  readonly job_id: string;
  readonly topic: string;
  readonly tenant_id: string;
  readonly agent_id: string;
  readonly params: unknown;
  readonly action?: string;
  readonly resource?: unknown;
  readonly risk_tags?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  readonly estimate?: { readonly tokens?: number; readonly usd?: number };
  readonly rationale?: Rationale;
  readonly compensation?: unknown;
  readonly deadline?: string;
}

/** What an agent says of its own job. Nobody has checked it. */
export interface Rationale {
  readonly reasoning?: string;
  readonly confidence?: number;
  readonly alternatives_considered?: readonly string[];
  readonly risk_assessment?: string;
}

export interface Vote {
  readonly voter: string;
  readonly vote: 'approve' | 'deny';
  readonly at: string;
  readonly note: string;
}

/** One thing that the scanner found in an output: the place and the rule, never the value. */
export interface Finding {
  readonly rule: string;
  readonly severity: string;
  /** JSON pointer of the text that it is in, and where in that. */
  readonly pointer: string;
  readonly offset: number;
  readonly length: number;
  readonly fingerprint: string;
}

/** What somebody has said about a question without answering it. */
export interface Comment {
  readonly comment_id: string;
  readonly by: string;
  readonly note: string;
  readonly at: string;
}

/** A question to the reviewers. */
export interface Approval {
  readonly approval_id: string;
  readonly job_id: string;
  readonly state: ApprovalState;
  readonly kind: 'job' | 'output';
  readonly topic: string;
  readonly tenant_id: string;
  readonly agent_id: string | null;
  readonly job_hash: string;
  readonly rule_ids: readonly string[];
  readonly reason: string;
  readonly reason_code?: string;
  /** Null for an output whose job nobody was asked about. */
  readonly job: CanonicalJob | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly caller?: string | null;
  /** How the platform knows who asked. */
  readonly proof?: string | null;
  readonly trace_id?: string;
  readonly risk?: 'usual' | 'high' | 'critical';
  readonly quorum?: number;
  readonly groups?: readonly string[];
  /** What a reviewer has to type to approve; null where a vote is enough. */
  readonly confirm?: string | null;
  readonly never_auto_approve?: boolean;
  readonly shape?: string;
  readonly votes?: readonly Vote[];
  readonly findings?: readonly Finding[];
  readonly edit_of?: string | null;
  readonly edited_as?: string | null;
  readonly resolved_by?: string | null;
  readonly resolved_at?: string | null;
  readonly resolved_reason?: string | null;
}

/** An approval after a vote. */
export interface VoteAnswer {
  readonly state: ApprovalState;
  readonly resolved_by: string | null;
}

export interface Attempt {
  readonly attempt: number;
  readonly state?: string;
  readonly outcome: string | null;
  readonly run_id: string | null;
  readonly [member: string]: unknown;
}

export interface Job {
  readonly job_id: string;
  readonly trace_id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly reason_code: string | null;
  readonly rule_ids: readonly string[];
  readonly constraints: Readonly<Record<string, unknown>>;
  readonly attempts: readonly Attempt[];
  readonly topic: string;
  readonly agent_id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** One entry of the audit log. */
export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly subject: string;
  readonly job_id: string | null;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

export interface TracePage {
  readonly trace_id: string;
  readonly items: readonly AuditEntry[];
  readonly next: number | null;
}

export interface AuditVerification {
  readonly ok: boolean;
  readonly entries?: number;
  readonly head_seq?: number;
  readonly head_hash?: string;
  readonly seq?: number;
  readonly problem?: string;
}

/** A version of the policy with its rules, as far as they can be about the caller's own jobs. */
export interface WholePolicy {
  readonly snapshot: string;
  readonly policy_id: string | null;
  readonly policy_version: string | null;
  readonly rules: number;
  readonly warnings: number;
  readonly pushed_by: string;
  readonly pushed_at: string;
  readonly active: boolean;
  readonly rules_shown: readonly PolicyRule[] | null;
  readonly health?: { readonly stale_since?: string | null; readonly problem?: unknown };
}

export interface PolicyRule {
  readonly id?: string;
  readonly decision?: string;
  readonly reason?: string;
  readonly [member: string]: unknown;
}

export interface Explanation {
  readonly decision: { readonly type: string; readonly reason: string; readonly rule_ids: readonly string[] };
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly next: number | null;
  readonly policy_snapshot: string;
  readonly evaluated_at: string;
}
