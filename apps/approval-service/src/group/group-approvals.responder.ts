import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { GroupRequest, groupApprovals } from './group-approvals.js';

/** Shows what waits, put together by what is alike. */
@Controller()
export class GroupApprovalsResponder {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Respond(Subjects.queryApprovalGroups.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(GroupRequest, request.data));
    return answerEach(parsed, (request) =>
      this.road.forTenant(request.tenant_id).read((sql) => groupApprovals(sql, request)),
    );
  }
}
