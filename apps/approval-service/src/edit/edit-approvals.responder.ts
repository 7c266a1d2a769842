import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { ASK_POLICY } from '../consult/policy-asker.js';
import type { AskPolicy } from '../consult/ruling.js';
import { redactNote } from '../resolve/redact-note.js';
import { isPerson } from '../resolve/voter.js';
import { editApproval } from './edit-approval.js';
import { EditRequest } from './edit-request.js';

/** Takes jobs that reviewers have edited. */
@Controller()
export class EditApprovalsResponder {
  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
    @Inject(ASK_POLICY) private readonly askPolicy: AskPolicy,
  ) {}

  @Respond(Subjects.commandApprovalEdit.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const { secrets, topology } = this.config;
    const parsed = batch.map((request) => parseBody(EditRequest, request.data));
    return answerEach(parsed, (request) => {
      const note = redactNote(request.note ?? '', secrets.fingerprintKey);
      const vote = { request: { ...request, note }, isPerson: isPerson(request, topology) };
      return editApproval(this.road.forTenant(request.tenant_id), vote, this.askPolicy);
    });
  }
}
