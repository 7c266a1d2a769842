import { Service } from '@countersign/contracts';
import { type ServiceMigrations } from '@countersign/persistence';
import { ApprovalTerms1764300000000 } from './migrations/approval-terms.migration.js';
import { CreateApprovals1764000000000 } from './migrations/create-approvals.migration.js';
import { NotesNeverBlock1764720000000 } from './migrations/notes-never-block.migration.js';
import { Notifications1764700000000 } from './migrations/notifications.migration.js';
import { QuarantineReasons1764710000000 } from './migrations/quarantine-reasons.migration.js';
import { ReviewAfter1764400000000 } from './migrations/review-after.migration.js';

export { approvalServiceFlow } from './approval-service.flow.js';
export { ApprovalServiceModule } from './approval-service.module.js';
export { approvalSealersOf } from './approval/seal-resolutions.js';
// What the module runs, for tests that run it without the module.
export type { AskPolicy, Ruling } from './consult/ruling.js';
export { forgetEnds } from './approval/ended-jobs.store.js';
export { expireApprovals, forgetExcessHalves, MAX_HALVES } from './expire/expire-approvals.js';
export { ExpireApprovalsSweep } from './expire/expire-approvals.sweep.js';
export { RequestApprovalsConsumer } from './request/request-approvals.consumer.js';
export { ReviewQuarantineConsumer } from './request/review-quarantine.consumer.js';
export { ResolveApprovalsResponder } from './resolve/resolve-approvals.responder.js';
export type { ResolveAnswer } from './resolve/resolve-approvals.js';
export { CommentApprovalsResponder } from './comment/comment-approvals.responder.js';
export { EditApprovalsResponder } from './edit/edit-approvals.responder.js';
export { escalateApprovals } from './escalate/escalate-approvals.js';
export { GroupApprovalsResponder } from './group/group-approvals.responder.js';
export { ListApprovalsResponder } from './list/list-approvals.responder.js';
export { ListChangesResponder } from './change/list-changes.responder.js';
export { ShowApprovalsResponder } from './show/show-approvals.responder.js';
export { ListReviewsResponder } from './review-after/list-reviews.responder.js';
export { measureReviews } from './review-after/review-health.js';
export { SeeReviewsResponder } from './review-after/see-reviews.responder.js';
export { WithdrawQuestionResponder } from './withdraw/withdraw-question.responder.js';
export { storeTargets, measureNotifications } from './notify/notification.store.js';
export { readNotificationSettings, type NotificationSettings } from './notify/notification-settings.js';
export { textCleaner } from './notify/clean-text.js';
export { Notifier, type NotifierOptions } from './notify/notifier.js';
export { RETRY_DELAYS_SEC } from './notify/back-off.js';
export { measureQueue } from './queue/queue-health.js';
export { WithdrawEndedConsumer } from './withdraw/withdraw-ended.consumer.js';

/** The tables of the approval service. */
export const migrations: ServiceMigrations = {
  service: Service.ApprovalService,
  migrations: [
    CreateApprovals1764000000000,
    ApprovalTerms1764300000000,
    ReviewAfter1764400000000,
    Notifications1764700000000,
    QuarantineReasons1764710000000,
    NotesNeverBlock1764720000000,
  ],
  // Questions are read and voted on; none is asked or deleted.
  api: {
    approvals:
      'SELECT, UPDATE (state, votes, quorum, groups, confirm, resolved_at, resolved_by, resolved_reason, edited_as)',
    approval_comments: 'SELECT, INSERT',
    approval_edits: 'SELECT, INSERT',
    approval_changes: 'SELECT, INSERT',
    reviews: 'SELECT, UPDATE (state, verdict, note, seen_by, seen_at)',
    outbox: 'INSERT',
  },
};
