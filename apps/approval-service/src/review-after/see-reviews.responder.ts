import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { redactNote } from '../resolve/redact-note.js';
import { isPerson } from '../resolve/voter.js';
import { SeenRequest } from './review-requests.js';
import { seeReview } from './see-review.js';

/** Takes a person's word about released work. */
@Controller()
export class SeeReviewsResponder {
  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'secrets' | 'topology'>,
  ) {}

  @Respond(Subjects.commandReviewSeen.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const { secrets, topology } = this.config;
    const parsed = batch.map((request) => parseBody(SeenRequest, request.data));
    return answerEach(parsed, (request) => {
      const { tenant_id, job_id, verdict, by, names = [] } = request;
      const note = redactNote(request.note ?? '', secrets.fingerprintKey);
      const look = { tenant_id, job_id, verdict, by, names, note, isPerson: isPerson(request, topology) };
      return this.road.forTenant(tenant_id).run((work) => seeReview(work, look));
    });
  }
}
