import { Module } from '@nestjs/common';
import { ExpireApprovalsSweep } from './expire/expire-approvals.sweep.js';
import { ListApprovalsResponder } from './list/list-approvals.responder.js';
import { RequestApprovalsConsumer } from './request/request-approvals.consumer.js';
import { ReviewQuarantineConsumer } from './request/review-quarantine.consumer.js';
import { ResolveApprovalsResponder } from './resolve/resolve-approvals.responder.js';
import { WithdrawEndedConsumer } from './withdraw/withdraw-ended.consumer.js';

/** The approval service. Its road, sweeper and settings come from the process that hosts it. */
@Module({
  controllers: [
    RequestApprovalsConsumer,
    ReviewQuarantineConsumer,
    ResolveApprovalsResponder,
    ListApprovalsResponder,
    WithdrawEndedConsumer,
  ],
  providers: [ExpireApprovalsSweep],
})
export class ApprovalServiceModule {}
