import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { listReviews } from './list-reviews.js';
import { ReviewListRequest } from './review-requests.js';

/** Shows released work that waits for a person's mark, to each within their tenant. */
@Controller()
export class ListReviewsResponder {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Respond(Subjects.queryReviewList.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(ReviewListRequest, request.data));
    return answerEach(parsed, (request) =>
      this.road.forTenant(request.tenant_id).read((sql) => listReviews(sql, request)),
    );
  }
}
