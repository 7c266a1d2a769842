/** The states of a job. */
export const JobState = {
  /** Accepted, not decided yet. Known to the gateway only: the scheduler has no row before the decision. */
  Submitted: 'SUBMITTED',
  Denied: 'DENIED',
  PendingApproval: 'PENDING_APPROVAL',
  Rejected: 'REJECTED',
  Expired: 'EXPIRED',
  Throttled: 'THROTTLED',
  Scheduled: 'SCHEDULED',
  Dispatched: 'DISPATCHED',
  Running: 'RUNNING',
  Scanning: 'SCANNING',
  Quarantined: 'QUARANTINED',
  Completed: 'COMPLETED',
  Withheld: 'WITHHELD',
  Failed: 'FAILED',
  TimedOut: 'TIMED_OUT',
  Cancelled: 'CANCELLED',
} as const;
export type JobState = (typeof JobState)[keyof typeof JobState];

/** What can happen to a job. */
export const JobEvent = {
  DecisionDeny: 'decision_deny',
  DecisionRequireApproval: 'decision_require_approval',
  DecisionHold: 'decision_hold',
  DecisionRun: 'decision_run',
  ApprovalGranted: 'approval_granted',
  ApprovalRejected: 'approval_rejected',
  ApprovalExpired: 'approval_expired',
  ReleaseDue: 'release_due',
  Offer: 'offer',
  OfferExpired: 'offer_expired',
  Claim: 'claim',
  /** Looked at again for a claim, what is stored of the job does not allow it to run. */
  Unwarranted: 'unwarranted',
  LeaseExpired: 'lease_expired',
  Result: 'result',
  VerdictPassed: 'verdict_passed',
  VerdictQuarantined: 'verdict_quarantined',
  VerdictReleased: 'verdict_released',
  VerdictWithheld: 'verdict_withheld',
  DeadlinePassed: 'deadline_passed',
  Cancel: 'cancel',
  DeadLettered: 'dead_lettered',
} as const;
export type JobEvent = (typeof JobEvent)[keyof typeof JobEvent];

const S = JobState;
const beforeRun = {
  deadline_passed: [S.Expired],
  cancel: [S.Cancelled],
  dead_lettered: [S.Failed],
} as const;

/**
 * Every legal step: from a state, by an event, to one of the listed states. A state without events is terminal and
 * never left. What is not listed is refused as `illegal_transition`.
 */
export const JOB_TRANSITIONS: {
  readonly [From in JobState]: { readonly [By in JobEvent]?: readonly JobState[] };
} = {
  [S.Submitted]: {
    decision_deny: [S.Denied],
    decision_require_approval: [S.PendingApproval],
    decision_hold: [S.Throttled, S.Denied],
    decision_run: [S.Scheduled],
  },
  [S.PendingApproval]: {
    ...beforeRun,
    approval_granted: [S.Scheduled],
    approval_rejected: [S.Rejected, S.Denied],
    approval_expired: [S.Expired],
  },
  [S.Throttled]: { ...beforeRun, release_due: [S.Scheduled] },
  [S.Scheduled]: { ...beforeRun, offer: [S.Dispatched] },
  [S.Dispatched]: {
    ...beforeRun,
    claim: [S.Running],
    unwarranted: [S.Failed],
    offer_expired: [S.Scheduled],
  },
  [S.Running]: {
    cancel: [S.Running],
    result: [S.Scanning],
    lease_expired: [S.TimedOut, S.Cancelled, S.Scheduled],
    dead_lettered: [S.Failed],
  },
  [S.Scanning]: {
    verdict_passed: [S.Completed, S.Failed, S.TimedOut, S.Cancelled, S.Scheduled],
    verdict_quarantined: [S.Quarantined],
    dead_lettered: [S.Failed],
  },
  [S.Quarantined]: {
    verdict_released: [S.Completed, S.Failed, S.TimedOut, S.Cancelled],
    verdict_withheld: [S.Withheld],
  },
  [S.Denied]: {},
  [S.Rejected]: {},
  [S.Expired]: {},
  [S.Completed]: {},
  [S.Withheld]: {},
  [S.Failed]: {},
  [S.TimedOut]: {},
  [S.Cancelled]: {},
};

/** Whether a state is terminal: never left. */
export function isTerminal(state: JobState): boolean {
  return Object.keys(JOB_TRANSITIONS[state]).length === 0;
}

/** Whether the table allows this step. */
export function isLegalStep(from: JobState, by: JobEvent, to: JobState): boolean {
  return JOB_TRANSITIONS[from][by]?.includes(to) ?? false;
}

/** The states of one attempt. */
export const AttemptState = {
  Offered: 'OFFERED',
  Running: 'RUNNING',
  Reported: 'REPORTED',
  Ended: 'ENDED',
} as const;
export type AttemptState = (typeof AttemptState)[keyof typeof AttemptState];

/** How an attempt ended. `unknown`: the worker fell silent, so its effects are unknown. */
export const Outcome = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  TimedOut: 'timed_out',
  Cancelled: 'cancelled',
  Unclaimed: 'unclaimed',
  Unknown: 'unknown',
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];
