import { CONSUMERS, Subjects } from '@countersign/contracts';

/** What the policy-evaluator reads and says. */
export const policyEvaluatorFlow = {
  consumes: [CONSUMERS.evaluateJobs],
  publishes: [Subjects.decision, Subjects.eventJob, Subjects.eventDeadLetter, Subjects.eventRefused],
} as const;
