import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NoMembersPipe } from '../http/no-members.pipe.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { JobIdPipe } from '../http/path.pipes.js';
import { BodyBytes, BodyMembers } from '../http/read-json.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { documented, readBody } from '../http/schema-body.js';
import { CommentBody, EditBody } from './approval-bodies.js';
import { ApprovalCommentDto, ApprovalEditDto, ApprovalVoteDto } from './approval.dto.js';
import { ApprovalsHandler } from './approvals.handler.js';

/** What may be done about a question besides a vote. */
@ApiTags('approvals')
@Controller('api/v1/approvals/:job_id')
export class ChangeApprovalsController {
  constructor(private readonly handler: ApprovalsHandler) {}

  @Post('edit')
  @HttpCode(200)
  @Operation('editApproval', 'Approves a job with other params, if the policy allows them: a new job goes on')
  @ApiBody({ schema: documented(EditBody) })
  @ApiOkResponse({ type: ApprovalEditDto })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 422, 503)
  edit(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    return this.handler.edit(jobId, readBody(EditBody, body), caller, trace);
  }

  @Post('comments')
  @HttpCode(200)
  @Operation('commentApproval', 'Says something about an approval without answering it')
  @ApiBody({ schema: documented(CommentBody) })
  @ApiOkResponse({ type: ApprovalCommentDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 503)
  comment(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    return this.handler.comment(jobId, readBody(CommentBody, body), caller, trace);
  }

  @Post('withdraw')
  @HttpCode(200)
  @Operation('withdrawApproval', 'Takes back what was asked about a job of the caller’s; the job ends')
  @ApiBody({ schema: { type: 'object', additionalProperties: false }, required: false })
  @ApiOkResponse({ type: ApprovalVoteDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 503)
  withdraw(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @BodyMembers(NoMembersPipe) _body: object,
  ): Promise<object> {
    return this.handler.withdraw(jobId, caller, trace);
  }
}
