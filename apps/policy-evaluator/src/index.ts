import { Service } from '@countersign/contracts';
import type { ServiceMigrations } from '@countersign/persistence';
import { Decisions1764000000000 } from './migrations/1764000000000-decisions.js';
import { Policies1764200000000 } from './migrations/1764200000000-policies.js';

export { policyEvaluatorRenderers } from './evaluate/render-decisions.js';
export { policyEvaluatorFlow } from './policy-evaluator.flow.js';
export { PolicyEvaluatorModule } from './policy-evaluator.module.js';
// What the module runs, for tests that run it without the module.
export { ActivatePolicyResponder } from './activate/activate-policy.responder.js';
export { CheckJobsResponder } from './check/check-jobs.responder.js';
export { EvaluateJobsConsumer } from './evaluate/evaluate-jobs.consumer.js';
export { EvaluateJobsHandler } from './evaluate/evaluate-jobs.handler.js';
export { AnswerOutputsResponder } from './output/answer-outputs.responder.js';
export { ActivePolicy } from './policy/active-policy.js';
export { SnapshotLibrary } from './policy/snapshot-library.js';
export { PushPolicyResponder } from './push/push-policy.responder.js';
export { ReevaluateJobResponder } from './reevaluate/reevaluate-job.responder.js';
export { ReplayDecisionsResponder } from './replay/replay-decisions.responder.js';

export const migrations: ServiceMigrations = {
  service: Service.PolicyEvaluator,
  migrations: [Decisions1764000000000, Policies1764200000000],
  // Of the tenants' rows there are only decisions, which nobody changes.
  api: { decisions: 'SELECT' },
  // What was ever in force is kept.
  restricted: { snapshots: 'SELECT, INSERT', activations: 'SELECT, INSERT' },
};
