import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { answerEach } from '../approval/answer-parsed.js';
import { redactNote } from '../resolve/redact-note.js';
import { commentApproval } from './comment-approval.js';
import { CommentRequest } from './comment-request.js';

/** Keeps what people say about questions. */
@Controller()
export class CommentApprovalsResponder {
  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'secrets'>,
  ) {}

  @Respond(Subjects.commandApprovalComment.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(CommentRequest, request.data));
    return answerEach(parsed, (request) => {
      const note = redactNote(request.note, this.config.secrets.fingerprintKey);
      return this.road
        .forTenant(request.tenant_id)
        .run((work) => commentApproval(work, { ...request, note }));
    });
  }
}
