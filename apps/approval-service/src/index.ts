import { Service } from '@countersign/contracts';
import { type ServiceMigrations } from '@countersign/persistence';
import { CreateApprovals1764000000000 } from './migrations/create-approvals.migration.js';

export { approvalServiceFlow } from './approval-service.flow.js';
export { ApprovalServiceModule } from './approval-service.module.js';
// What the module runs, for tests that run it without the module.
export { forgetEnds } from './approval/ended-jobs.store.js';
export { expireApprovals, forgetExcessHalves, MAX_HALVES } from './expire/expire-approvals.js';
export { ExpireApprovalsSweep } from './expire/expire-approvals.sweep.js';
export { RequestApprovalsConsumer } from './request/request-approvals.consumer.js';
export { ReviewQuarantineConsumer } from './request/review-quarantine.consumer.js';
export { ResolveApprovalsResponder } from './resolve/resolve-approvals.responder.js';
export type { ResolveAnswer } from './resolve/resolve-approvals.js';
export { WithdrawEndedConsumer } from './withdraw/withdraw-ended.consumer.js';

/** The tables of the approval service. */
export const migrations: ServiceMigrations = {
  service: Service.ApprovalService,
  migrations: [CreateApprovals1764000000000],
  // Questions are read and voted on; none is asked or deleted.
  api: {
    approvals: 'SELECT, UPDATE (state, votes, resolved_at, resolved_by)',
    outbox: 'INSERT',
  },
};
