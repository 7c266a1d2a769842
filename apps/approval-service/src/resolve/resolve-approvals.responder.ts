import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { answerByTenant, PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { answerParsed } from '../approval/answer-parsed.js';
import { redactNote } from './redact-note.js';
import { ResolveRequest } from './resolve-request.js';
import { resolveApprovals } from './resolve-approvals.js';

/** Takes the reviewers' votes, of each tenant in a transaction that sees no other's questions. */
@Controller()
export class ResolveApprovalsResponder {
  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
  ) {}

  @Respond(Subjects.commandApprovalResolve.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(ResolveRequest, request.data));
    return answerParsed(parsed, (requests) => {
      const redacted = requests.map((request) => ({
        ...request,
        note: redactNote(request.note ?? '', this.config.secrets.fingerprintKey),
      }));
      return answerByTenant(redacted, (tenant, votes) =>
        this.road.forTenant(tenant).run((work) => resolveApprovals(work, votes)),
      );
    });
  }
}
