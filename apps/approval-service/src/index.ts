import { Service } from '@countersign/contracts';
import { type ServiceMigrations } from '@countersign/persistence';
import { CreateApprovals1764000000000 } from './migrations/create-approvals.migration.js';

export { approvalServiceFlow } from './approval-service.flow.js';
export { ApprovalServiceModule } from './approval-service.module.js';

/** The tables of the approval service. */
export const migrations: ServiceMigrations = {
  service: Service.ApprovalService,
  migrations: [CreateApprovals1764000000000],
};
