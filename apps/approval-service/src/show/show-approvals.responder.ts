import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { ShowRequest, showApproval } from './show-approval.js';

/** Shows one question, to reviewers whole, to who submitted the job how it stands. */
@Controller()
export class ShowApprovalsResponder {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Respond(Subjects.queryApprovalGet.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(ShowRequest, request.data));
    return answerEach(parsed, (request) =>
      this.road.forTenant(request.tenant_id).read((sql) => showApproval(sql, request)),
    );
  }
}
