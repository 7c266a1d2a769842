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
    /** `output/`: what becomes of findings in outputs. */
    output: Subjects.queryPolicyOutput,
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
    /** Jobs whose findings were taken out, in the place of those that had them. */
    Subjects.jobFrom,
    Subjects.eventJob,
    Subjects.eventPolicy,
    Subjects.eventDeadLetter,
    Subjects.eventRefused,
  ],
} as const;
