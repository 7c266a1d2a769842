import { Inject, Injectable, Logger } from '@nestjs/common';
import { Service, Subjects, type Subject } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { askService, objectMember, pageOf, refusalFrom, type ServiceAnswer } from '../http/ask-service.js';
import { isProblemCode } from '../http/problem-codes.js';
import { Role, type Caller } from '../identity/caller.js';
import type { RequestTrace } from '../http/request-trace.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import type { CommentBody, EditBody, ResolveBody } from './approval-bodies.js';
import { REFUSALS } from './approval-refusals.js';
import type { ApprovalListQuery } from './approval.queries.js';
import { groupQuestion, listQuestion } from './list-question.js';
import type { NoteDto } from './note.dto.js';
import { voterOf } from './voter-of.js';

/** One reviewer's vote. The reviewer is the verified caller. */
export interface Vote extends NoteDto {
  readonly jobId: string;
  readonly vote: 'approve' | 'deny';
  readonly kind?: 'job' | 'output';
}

/** Who sees the questions of their whole tenant, and not only those about their own jobs. */
const SEES_ALL: readonly Role[] = [Role.Reviewer, Role.Auditor, Role.Operator];

/** Lists the questions to the reviewers and passes their answers on. */
@Injectable()
export class ApprovalsHandler {
  private readonly logger = new Logger('approvals');

  constructor(
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
    @Inject(HTTP_SETTINGS) private readonly settings: Pick<HttpSettings, 'people'>,
  ) {}

  /** A page of the approvals of the caller's tenant. */
  async list(query: ApprovalListQuery, caller: Caller, trace: RequestTrace) {
    const question = listQuestion(query, caller.tenant);
    const answer = await this.ask(Subjects.queryApprovalList, question, trace);
    if (answer.ok) return pageOf(answer);
    throw refusalFrom(answer, { invalid_field: 'a query parameter is not accepted' });
  }

  /** What waits, put together by what is alike. */
  async group(query: ApprovalListQuery, caller: Caller, trace: RequestTrace): Promise<object> {
    const answer = await this.ask(Subjects.queryApprovalGroups, groupQuestion(query, caller.tenant), trace);
    if (answer.ok) return answer.members;
    throw refusalFrom(answer, { invalid_field: 'a query parameter is not accepted' });
  }

  /** One approval; to who only asks for jobs no more than how their own stands. */
  async show(jobId: string, kind: Vote['kind'], caller: Caller, trace: RequestTrace): Promise<object> {
    const seesAll = caller.roles.some((role) => SEES_ALL.includes(role));
    const question = {
      tenant_id: caller.tenant,
      job_id: jobId,
      ...(kind === undefined ? {} : { kind }),
      ...(seesAll ? {} : { submitted_by: caller.name }),
    };
    return this.member(Subjects.queryApprovalGet, question, trace, 'approval');
  }

  /** Passes a vote on. Throws {@link REFUSALS}. */
  async vote(vote: Vote, caller: Caller, trace: RequestTrace): Promise<object> {
    const command = this.voteCommand(vote, caller);
    return this.member(Subjects.commandApprovalResolve, command, trace, 'approval');
  }

  /** Passes the same vote on about several questions, each by itself: one that is refused holds up no other. */
  async voteOnMany({ items, ...vote }: ResolveBody, caller: Caller, trace: RequestTrace): Promise<object> {
    const results = items.map(async ({ job_id: jobId, ...seen }) => {
      const command = this.voteCommand({ ...vote, ...seen, jobId }, caller);
      const answer = await this.askOrNot(Subjects.commandApprovalResolve, command, trace);
      if (answer?.ok) return { job_id: jobId, ok: true, approval: objectMember(answer, 'approval') };
      const { code = 'unavailable', members = {} } = answer ?? {};
      const { state } = members;
      const known = isProblemCode(code) ? code : 'internal_error';
      return { job_id: jobId, ok: false, code: known, ...(typeof state === 'string' ? { state } : {}) };
    });
    return { results: await Promise.all(results) };
  }

  /** Approves a job with other params. Gives the job that goes on. */
  async edit(jobId: string, body: EditBody, caller: Caller, trace: RequestTrace): Promise<object> {
    const command = { ...body, ...this.voter(caller), tenant_id: caller.tenant, job_id: jobId };
    return this.member(Subjects.commandApprovalEdit, command, trace, 'edit');
  }

  async comment(jobId: string, { note }: CommentBody, caller: Caller, trace: RequestTrace): Promise<object> {
    const command = { tenant_id: caller.tenant, job_id: jobId, note, by: caller.name };
    return this.member(Subjects.commandApprovalComment, command, trace, 'comment');
  }

  /** Takes a question back: who has submitted the job its own, an operator anybody's. */
  async withdraw(jobId: string, caller: Caller, trace: RequestTrace): Promise<object> {
    const command = {
      tenant_id: caller.tenant,
      job_id: jobId,
      by: caller.name,
      ...(caller.roles.includes(Role.Operator) ? { is_operator: true } : {}),
    };
    return this.member(Subjects.commandApprovalWithdraw, command, trace, 'approval');
  }

  private voteCommand({ jobId, vote, note, kind, ...seen }: Vote, caller: Caller): object {
    return {
      tenant_id: caller.tenant,
      job_id: jobId,
      vote,
      note: note ?? '',
      ...this.voter(caller),
      ...(kind === undefined ? {} : { kind }),
      ...(seen.expected_job_hash === undefined ? {} : { expected_job_hash: seen.expected_job_hash }),
      ...(seen.confirm === undefined ? {} : { confirm: seen.confirm }),
    };
  }

  private voter(caller: Caller): object {
    return voterOf(caller, this.settings.people);
  }

  private ask(subject: Subject<string>, question: object, trace: RequestTrace): Promise<ServiceAnswer> {
    return askService(this.bus, subject.address({}), question, trace);
  }

  /** The answer, or undefined where there is none: of several questions one may go unanswered. */
  private async askOrNot(
    subject: Subject<string>,
    question: object,
    trace: RequestTrace,
  ): Promise<ServiceAnswer | undefined> {
    try {
      return await this.ask(subject, question, trace);
    } catch (error) {
      this.logger.warn({ message: 'one of several votes had no answer', error: String(error) });
      return undefined;
    }
  }

  private async member(
    subject: Subject<string>,
    question: object,
    trace: RequestTrace,
    name: string,
  ): Promise<object> {
    const answer = await this.ask(subject, question, trace);
    if (answer.ok) return objectMember(answer, name);
    throw refusalFrom(answer, REFUSALS);
  }
}
