import type {
  JobEvent,
  ReasonCode,
  RejectionReason,
  ResultStatus,
  Verdict,
  VerdictKind,
  VerdictReason,
} from '@countersign/contracts';

import type { ReleasedOutput } from './released-output.js';

/** What a reviewer's answer leaves on the job. */
export interface ApprovalNote {
  readonly approvalId: string;
  /** The resolution as JSON text, kept for whoever asks. */
  readonly text: string;
}

/** A verdict as far as it concludes an attempt. */
export type Conclusion = Pick<Verdict, 'status' | 'output' | 'output_blob' | 'error' | 'effects'> & {
  readonly kind: VerdictKind;
  readonly released: string | null;
};

/** Something that happens to a job, with what the step needs to know. All ids are made by the caller: steps are pure. */
export type StepEvent =
  | { readonly by: typeof JobEvent.DecisionDeny }
  | { readonly by: typeof JobEvent.DecisionRequireApproval }
  /** Over its rate: released at `releaseAtMs`, or denied when there is none. */
  | { readonly by: typeof JobEvent.DecisionHold; readonly releaseAtMs: number | null }
  | { readonly by: typeof JobEvent.DecisionRun }
  /** Looked at again for a claim, the stored rows do not warrant a run. */
  | { readonly by: typeof JobEvent.Unwarranted; readonly code: 'digest_mismatch' | 'not_approved' }
  /** `dueAtMs` lies in the future when a rate holds the approved job back. */
  | {
      readonly by: typeof JobEvent.ApprovalGranted;
      readonly approval: ApprovalNote;
      readonly dueAtMs: number;
    }
  | {
      readonly by: typeof JobEvent.ApprovalRejected;
      readonly approval: ApprovalNote;
      readonly withdrawn: boolean;
      /** Why, where it was no reviewer's denial. */
      readonly because?: RejectionReason;
    }
  | { readonly by: typeof JobEvent.ApprovalExpired; readonly approval: ApprovalNote }
  | { readonly by: typeof JobEvent.ReleaseDue }
  | { readonly by: typeof JobEvent.Offer; readonly pool: string }
  | { readonly by: typeof JobEvent.OfferExpired }
  | {
      readonly by: typeof JobEvent.Claim;
      readonly workerId: string;
      readonly nonce: string;
      readonly leaseId: string;
      readonly runId: string;
    }
  | { readonly by: typeof JobEvent.Result; readonly digest: string; readonly status: ResultStatus }
  | { readonly by: typeof JobEvent.LeaseExpired }
  | { readonly by: typeof JobEvent.VerdictPassed; readonly verdict: Conclusion }
  | {
      readonly by: typeof JobEvent.VerdictQuarantined;
      /** Why, where the scanner says it. */
      readonly because?: VerdictReason;
    }
  | { readonly by: typeof JobEvent.VerdictReleased; readonly verdict: Conclusion }
  | { readonly by: typeof JobEvent.VerdictWithheld }
  | { readonly by: typeof JobEvent.DeadlinePassed }
  | { readonly by: typeof JobEvent.Cancel; readonly caller: string }
  | { readonly by: typeof JobEvent.DeadLettered };

/** What a step asks of the outside, in the transaction that stores it. */
export type Effect =
  | { readonly kind: 'offer' }
  /** The offer is taken or void: it need not be sent again. */
  | { readonly kind: 'offer_closed'; readonly attempt: number }
  | { readonly kind: 'tell'; readonly detail?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'output'; readonly output: ReleasedOutput }
  | { readonly kind: 'keep_error'; readonly error: string }
  | { readonly kind: 'keep_approval'; readonly text: string }
  | { readonly kind: 'stop'; readonly leaseId: string; readonly attempt: number; readonly pool: string };

/** Why a step or a fact was not taken. */
export interface Refusal {
  readonly code: ReasonCode;
  readonly detail: Readonly<Record<string, unknown>>;
}
