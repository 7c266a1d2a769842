import { CONSUMERS, Subjects } from '@countersign/contracts';

/** What the policy-evaluator reads, answers and says. */
export const policyEvaluatorFlow = {
  consumes: [CONSUMERS.evaluateJobs],
  answers: {
    /** `check/`, `simulate/`, `explain/`: what would be decided, and why. Nothing is stored. */
    check: Subjects.policyCheck,
    simulate: Subjects.queryPolicySimulate,
    explain: Subjects.queryPolicyExplain,
    /** `replay/`: recorded decisions under another policy. */
    replay: Subjects.queryPolicyReplay,
    /** `reevaluate/`: what is decided now about a job that was decided before. */
    reevaluate: Subjects.commandPolicyReevaluate,
    /** `snapshots/`: every version of the policy. */
    list: Subjects.queryPolicySnapshots,
    show: Subjects.queryPolicySnapshot,
    /** `push/`, `activate/`: the policy changes. */
    push: Subjects.commandPolicyPush,
    activate: Subjects.commandPolicyActivate,
    rollBack: Subjects.commandPolicyRollback,
  },
  /** `policy/`: what was activated last is looked up, and the folder followed. */
  sweeps: ['policy'],
  publishes: [
    Subjects.decision,
    Subjects.eventJob,
    Subjects.eventPolicy,
    Subjects.eventDeadLetter,
    Subjects.eventRefused,
  ],
} as const;
