import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { ChangesRequest, listChanges } from './list-changes.js';

/** Tells what has changed about questions, for those who look on. */
@Controller()
export class ListChangesResponder {
  constructor(@Inject(roadOf(Service.ApprovalService)) private readonly road: Road) {}

  @Respond(Subjects.queryApprovalChanges.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(ChangesRequest, request.data));
    return answerEach(parsed, (request) =>
      this.road.forTenant(request.tenant_id).read((sql) => listChanges(sql, request)),
    );
  }
}
