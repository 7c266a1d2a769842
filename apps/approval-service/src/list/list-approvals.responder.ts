import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerParsed } from '../approval/answer-parsed.js';
import { readAtOnce } from '../approval/read-at-once.js';
import { listApprovals } from './list-approvals.js';
import { ListRequest } from './list-request.js';

/** Shows what waits for a reviewer, to each within their tenant. */
@Controller()
export class ListApprovalsResponder {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Respond(Subjects.queryApprovalList.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(ListRequest, request.data));
    return answerParsed(parsed, (requests) =>
      Promise.all(
        requests.map((request) =>
          readAtOnce(this.road.forTenant(request.tenant_id), (sql) => listApprovals(sql, request)),
        ),
      ),
    );
  }
}
