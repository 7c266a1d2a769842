import { Module } from '@nestjs/common';
import { ListChangesResponder } from './change/list-changes.responder.js';
import { CommentApprovalsResponder } from './comment/comment-approvals.responder.js';
import { policyAskerProvider } from './consult/policy-asker.js';
import { EditApprovalsResponder } from './edit/edit-approvals.responder.js';
import { ExpireApprovalsSweep } from './expire/expire-approvals.sweep.js';
import { GroupApprovalsResponder } from './group/group-approvals.responder.js';
import { ListApprovalsResponder } from './list/list-approvals.responder.js';
import { notificationSettingsProvider } from './notify/notification-settings.provider.js';
import { NotifySweep } from './notify/notify.sweep.js';
import { QueueHealth } from './queue/queue-health.js';
import { RequestApprovalsConsumer } from './request/request-approvals.consumer.js';
import { ReviewQuarantineConsumer } from './request/review-quarantine.consumer.js';
import { ListReviewsResponder } from './review-after/list-reviews.responder.js';
import { ReviewHealth } from './review-after/review-health.js';
import { SeeReviewsResponder } from './review-after/see-reviews.responder.js';
import { ResolveApprovalsResponder } from './resolve/resolve-approvals.responder.js';
import { ShowApprovalsResponder } from './show/show-approvals.responder.js';
import { WithdrawEndedConsumer } from './withdraw/withdraw-ended.consumer.js';
import { WithdrawQuestionResponder } from './withdraw/withdraw-question.responder.js';

/** The approval service. Its road, sweeper and settings come from the process that hosts it. */
@Module({
  controllers: [
    RequestApprovalsConsumer,
    ReviewQuarantineConsumer,
    ResolveApprovalsResponder,
    ListApprovalsResponder,
    WithdrawEndedConsumer,
    EditApprovalsResponder,
    CommentApprovalsResponder,
    WithdrawQuestionResponder,
    ShowApprovalsResponder,
    GroupApprovalsResponder,
    ListChangesResponder,
    ListReviewsResponder,
    SeeReviewsResponder,
  ],
  providers: [
    ExpireApprovalsSweep,
    policyAskerProvider,
    QueueHealth,
    ReviewHealth,
    notificationSettingsProvider,
    NotifySweep,
  ],
})
export class ApprovalServiceModule {}
