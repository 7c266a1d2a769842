import { Inject, Injectable } from '@nestjs/common';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { voterOf } from '../approvals/voter-of.js';
import { askService, objectMember, pageOf, refusalFrom } from '../http/ask-service.js';
import type { RequestTrace } from '../http/request-trace.js';
import type { Caller } from '../identity/caller.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import type { ReviewListQuery, SeenBody } from './review.queries.js';

/** Why a mark is refused, in words. */
const REFUSALS = {
  not_found: 'No review of this job was asked for, or its work is not released yet.',
  already_seen: 'Somebody has looked already, or you with another verdict.',
  self_approval:
    'Whoever asked for a job, or has edited it, may not review its work, by whatever credential.',
  not_a_person: 'Only people review, and no credential of a program.',
  submitter_unknown: 'It is not known who asked for this job, so nobody may call it fine.',
} as const;

/** Lists released work to the reviewers and passes their marks on. */
@Injectable()
export class ReviewsHandler {
  constructor(
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
    @Inject(HTTP_SETTINGS) private readonly settings: Pick<HttpSettings, 'people'>,
  ) {}

  /** A page of the reviews of the caller's tenant. */
  async list(query: ReviewListQuery, caller: Caller, trace: RequestTrace) {
    const named = Object.entries({ ...query }).filter(([, value]) => value !== undefined);
    const question = { ...Object.fromEntries(named), tenant_id: caller.tenant };
    const answer = await askService(this.bus, Subjects.queryReviewList.address({}), question, trace);
    if (answer.ok) return pageOf(answer);
    throw refusalFrom(answer, { invalid_field: 'a query parameter is not accepted' });
  }

  /** Marks the work of a job as looked at by the verified caller. Throws {@link REFUSALS}. */
  async markSeen(jobId: string, body: SeenBody, caller: Caller, trace: RequestTrace): Promise<object> {
    const voter = voterOf(caller, this.settings.people);
    const command = { ...body, ...voter, tenant_id: caller.tenant, job_id: jobId };
    const answer = await askService(this.bus, Subjects.commandReviewSeen.address({}), command, trace);
    if (answer.ok) return objectMember(answer, 'review');
    throw refusalFrom(answer, REFUSALS);
  }
}
