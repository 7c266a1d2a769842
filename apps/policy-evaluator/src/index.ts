import { Service } from '@countersign/contracts';
import type { ServiceMigrations } from '@countersign/persistence';
import { Decisions1764000000000 } from './migrations/1764000000000-decisions.js';

export { policyEvaluatorRenderers } from './evaluate/render-decisions.js';
export { policyEvaluatorFlow } from './policy-evaluator.flow.js';
export { PolicyEvaluatorModule } from './policy-evaluator.module.js';
export const migrations: ServiceMigrations = {
  service: Service.PolicyEvaluator,
  migrations: [Decisions1764000000000],
};
