import { CONSUMERS, Service, Subjects } from '@countersign/contracts';

/** What the approval service hears, says and answers: the index of its folders. */
export const approvalServiceFlow = {
  service: Service.ApprovalService,
  consumes: {
    /** `request/`: a decision asks; a PENDING approval is stored. */
    request: [CONSUMERS.requestApprovals, CONSUMERS.reviewQuarantine],
    /** `withdraw/`: the job ended; questions about it are taken back, or never open. Brings the owners of quarantined outputs, and released work that somebody has to look at. */
    withdraw: [CONSUMERS.withdrawEnded],
  },
  answers: {
    /** `resolve/`: a reviewer votes. */
    resolve: Subjects.commandApprovalResolve,
    /** `list/`: what waits for a reviewer. */
    list: Subjects.queryApprovalList,
    /** `show/`: one of them, whole. */
    show: Subjects.queryApprovalGet,
    /** `group/`: what is alike, put together. */
    group: Subjects.queryApprovalGroups,
    /** `change/`: what has changed, for those who look on. */
    change: Subjects.queryApprovalChanges,
    /** `edit/`: approved with other params; a job of its own goes on. */
    edit: Subjects.commandApprovalEdit,
    /** `withdraw/`: taken back by who asked. */
    withdraw: Subjects.commandApprovalWithdraw,
    /** `comment/`: said without an answer. */
    comment: Subjects.commandApprovalComment,
    /** `review-after/`: released work that waits for a person's mark, and the mark. */
    reviews: [Subjects.queryReviewList, Subjects.commandReviewSeen],
  },
  /** `consult/`: what the policy says now, before anybody approves. */
  asks: [Subjects.commandPolicyReevaluate],
  /** `expire/`, `escalate/`: once a second, what nobody answered in time. `queue/`: how much waits. `notify/`: who is told of it. */
  sweeps: ['expire', 'escalate', 'queue', 'notify'],
  publishes: {
    /** granted, rejected, expired */
    aboutJobs: Subjects.approvalJob,
    /** granted, rejected, expired, withdrawn */
    aboutOutputs: Subjects.approvalOutput,
    /** Jobs that reviewers have edited */
    edited: Subjects.jobFrom.filter({ producer: Service.ApprovalService }),
    /** escalated, commented, edited */
    goesOn: Subjects.eventApproval,
    /** Somebody has looked at released work */
    seen: Subjects.eventReview,
    /** A vote of the submitter or of a program; a second decision about a job id with other content. */
    refused: Subjects.eventRefused,
    deadLetters: Subjects.eventDeadLetter,
  },
} as const;
