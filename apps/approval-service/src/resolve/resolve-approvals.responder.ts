import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects, parseBody } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { answerByTenant, PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { answerParsed } from '../approval/answer-parsed.js';
import { consultPolicy } from '../consult/consult-policy.js';
import { ASK_POLICY } from '../consult/policy-asker.js';
import type { AskPolicy } from '../consult/ruling.js';
import { redactNote } from './redact-note.js';
import { ResolveRequest } from './resolve-request.js';
import { resolveApprovals, type ResolveAnswer } from './resolve-approvals.js';
import { isPerson } from './voter.js';

/** Takes the reviewers' votes, of each tenant in a transaction that sees no other's questions. */
@Controller()
export class ResolveApprovalsResponder {
  constructor(
    @Inject(roadOf(Service.ApprovalService)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
    @Inject(ASK_POLICY) private readonly askPolicy: AskPolicy,
  ) {}

  @Respond(Subjects.commandApprovalResolve.template)
  handle(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    const parsed = batch.map((request) => parseBody(ResolveRequest, request.data));
    return answerParsed(parsed, (requests) =>
      answerByTenant(requests, (tenant, votes) => this.resolve(tenant, votes)),
    );
  }

  private async resolve(
    tenant: string,
    requests: readonly ResolveRequest[],
  ): Promise<readonly ResolveAnswer[]> {
    const { secrets, topology } = this.config;
    const votes = requests.map((request) => ({
      request: { ...request, note: redactNote(request.note ?? '', secrets.fingerprintKey) },
      isPerson: isPerson(request, topology),
    }));
    const road = this.road.forTenant(tenant);
    const rulings = await consultPolicy(road, votes, this.askPolicy);
    return road.run((work) => resolveApprovals(work, votes, rulings));
  }
}
