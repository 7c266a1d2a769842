import { Service } from '@countersign/contracts';
import type { ServiceMigrations } from '@countersign/persistence';
import { Decisions1764000000000 } from './migrations/1764000000000-decisions.js';

export { policyEvaluatorRenderers } from './evaluate/render-decisions.js';
export { policyEvaluatorFlow } from './policy-evaluator.flow.js';
export { PolicyEvaluatorModule } from './policy-evaluator.module.js';
// What the module runs, for tests that run it without the module.
export { EvaluateJobsConsumer } from './evaluate/evaluate-jobs.consumer.js';
export { EvaluateJobsHandler } from './evaluate/evaluate-jobs.handler.js';

export const migrations: ServiceMigrations = {
  service: Service.PolicyEvaluator,
  migrations: [Decisions1764000000000],
};
