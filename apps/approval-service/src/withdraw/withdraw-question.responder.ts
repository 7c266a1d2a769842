import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { withdrawQuestion } from './withdraw-question.js';
import { WithdrawRequest } from './withdraw-request.js';

/** Takes back questions at the wish of who asked them. */
@Controller()
export class WithdrawQuestionResponder {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Respond(Subjects.commandApprovalWithdraw.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(WithdrawRequest, request.data));
    return answerEach(parsed, (request) =>
      this.road.forTenant(request.tenant_id).run((work) => withdrawQuestion(work, request)),
    );
  }
}
