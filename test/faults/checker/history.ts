import type { AuditEntry, ChainHead, ChainRow } from '@countersign/audit-log';
import type { AttemptState, JobState, StreamName } from '@countersign/contracts';

/** A job that a caller was told is accepted: an HTTP 202, or the broker's acknowledgement of a publish. */
export interface Accepted {
  readonly jobId: string;
  readonly tenantId: string;
  /** Over the bytes that the caller was told of; null where the producer was told nothing but "stored". */
  readonly jobHash: string | null;
  /** What the load knows the policy to say of it. */
  readonly mayRun: boolean;
}

/** A row of `policy_evaluator.decisions`. Times are milliseconds of Unix time, here and below. */
export interface DecisionRow {
  readonly jobId: string;
  readonly tenantId: string;
  readonly jobHash: string;
  readonly type: string;
  readonly policySnapshot: string;
  /** By the database, when the transaction began. */
  readonly decidedAtMs: number;
  readonly text: string;
}

/** A row of `approval_service.approvals`. */
export interface ApprovalRow {
  readonly kind: 'job' | 'output';
  readonly jobId: string;
  readonly tenantId: string;
  readonly jobHash: string;
  readonly state: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly resolvedAtMs: number | null;
  readonly text: string;
}

/** A row of `scheduler.jobs`. */
export interface JobRow {
  readonly jobId: string;
  readonly tenantId: string;
  readonly jobHash: string;
  /** SHA-256 of the stored bytes. */
  readonly bytesDigest: string;
  readonly state: JobState;
  readonly text: string;
}

/** A row of `scheduler.attempts`. */
export interface AttemptRow {
  readonly jobId: string;
  readonly attempt: number;
  readonly state: AttemptState;
  readonly leaseId: string | null;
  readonly resultDigest: string | null;
}

/** A row of `gateway.intake`. */
export interface IntakeRow {
  readonly jobId: string;
  readonly tenantId: string;
  readonly jobHash: string;
  /** Why the gateway ended it; null while it waits to be decided. */
  readonly endedCode: string | null;
}

/** A message as the tap saw it. */
export interface TapMessage {
  readonly stream: StreamName;
  readonly seq: number;
  readonly subject: string;
  readonly type: string;
  readonly storedAtMs: number;
  readonly text: string;
  /** SHA-256 of the body. */
  readonly digest: string;
  readonly headers: {
    readonly id: string;
    readonly source: string;
    readonly time: string;
    readonly jobId?: string;
    readonly causationId?: string;
    readonly traceparent?: string;
  };
}

/** A line of a worker's effect log, on disk before the effect was confirmed. */
export interface EffectLine {
  readonly jobId: string;
  readonly attempt: number;
  readonly runId: string;
  readonly tenantId: string;
  /** SHA-256 of the canonical bytes that the worker ran. */
  readonly digest: string;
}

/** Something that one tenant's jobs carry and nobody else's may. */
export interface TenantToken {
  readonly tenantId: string;
  readonly token: string;
}

/** What three independent records say of a run, once the system is quiet. */
export interface History {
  readonly accepted: readonly Accepted[];
  readonly decisions: readonly DecisionRow[];
  readonly snapshots: ReadonlySet<string>;
  readonly approvals: readonly ApprovalRow[];
  readonly jobs: readonly JobRow[];
  readonly attempts: readonly AttemptRow[];
  readonly intake: readonly IntakeRow[];
  readonly log: readonly (ChainRow & { readonly entry: AuditEntry })[];
  readonly head: ChainHead;
  readonly tap: readonly TapMessage[];
  readonly effects: readonly EffectLine[];
  /** Texts that workers returned and no output may hold. */
  readonly secrets: readonly string[];
  readonly tokens: readonly TenantToken[];
}

/** The invariants that the checker decides. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I8' | 'I9';

/** A promise that was broken, and the evidence. */
export interface Violation {
  readonly invariant: Invariant;
  readonly jobId: string | null;
  readonly what: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Decides one invariant: no violations means that it held. */
export type Check = (history: History) => readonly Violation[];
