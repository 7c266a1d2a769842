import { Inject, Injectable } from '@nestjs/common';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { askService, objectMember, pageOf, refusalFrom } from '../http/ask-service.js';
import type { Caller } from '../identity/caller.js';
import type { RequestTrace } from '../http/request-trace.js';
import type { ApprovalListQuery } from './approval.queries.js';

/** One reviewer's vote. The reviewer is the verified caller. */
export interface Vote {
  readonly jobId: string;
  readonly vote: 'approve' | 'deny';
  readonly note: string;
  readonly kind?: 'job' | 'output';
}

const REFUSALS = {
  not_found: 'There is no such approval.',
  already_resolved: 'The approval is resolved already.',
  expired: 'The time to answer has passed.',
  self_approval: 'Whoever asked for a job may not approve it.',
  submitter_unknown: 'It is not known who asked for this job, so nobody may approve it.',
  not_in_group: 'The rule wants a reviewer of another group.',
  already_voted: 'Another reviewer is wanted; this vote is counted already.',
  policy_changed: 'The policy has changed and denies this job now.',
} as const;

/** Lists the questions to the reviewers and passes their votes on. */
@Injectable()
export class ApprovalsHandler {
  constructor(@Inject(busOf(Service.Gateway)) private readonly bus: Bus) {}

  /** A page of the approvals of the caller's tenant. */
  async list(query: ApprovalListQuery, caller: Caller, trace: RequestTrace) {
    const question = {
      tenant_id: caller.tenant,
      include_resolved: query.include_resolved === 'true',
      limit: query.limit,
      ...(query.after === undefined ? {} : { after: query.after }),
    };
    const answer = await askService(this.bus, Subjects.queryApprovalList.address({}), question, trace);
    if (answer.ok) return pageOf(answer);
    throw refusalFrom(answer, { invalid_field: 'a query parameter is not accepted' });
  }

  /** Passes a vote on. Throws {@link REFUSALS}. */
  async vote({ jobId, vote, note, kind }: Vote, caller: Caller, trace: RequestTrace): Promise<object> {
    const command = {
      tenant_id: caller.tenant,
      job_id: jobId,
      vote,
      note,
      by: caller.name,
      ...(caller.groups.length === 0 ? {} : { groups: caller.groups }),
      ...(kind === undefined ? {} : { kind }),
    };
    const answer = await askService(this.bus, Subjects.commandApprovalResolve.address({}), command, trace);
    if (answer.ok) return objectMember(answer, 'approval');
    throw refusalFrom(answer, REFUSALS);
  }
}
