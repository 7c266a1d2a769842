import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CheckedPipe } from '../http/checked.pipe.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { JobIdPipe } from '../http/path.pipes.js';
import { BodyBytes, BodyMembers } from '../http/read-json.js';
import type { RequestTrace } from '../http/request-trace.js';
import { sendWithEtag } from '../http/send-with-etag.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { documented, readBody } from '../http/schema-body.js';
import { ResolveBody } from './approval-bodies.js';
import {
  ApprovalDetailsDto,
  ApprovalGroupsDto,
  ApprovalPageDto,
  ApprovalVoteDto,
  ResolvedManyDto,
} from './approval.dto.js';
import { ApprovalListQuery, VoteQuery } from './approval.queries.js';
import { ApprovalsHandler } from './approvals.handler.js';
import { NoteDto } from './note.dto.js';

/** `GET /api/v1/approvals` and the votes. Addresses with a word come before the one with a job's id there. */
@ApiTags('approvals')
@Controller('api/v1/approvals')
export class ApprovalsController {
  constructor(private readonly handler: ApprovalsHandler) {}

  @Get()
  @Operation('listApprovals', 'What waits for a reviewer')
  @ApiOkResponse({ type: ApprovalPageDto })
  @ApiProblems(400, 401, 403, 503)
  async list(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Query(new CheckedPipe()) query: ApprovalListQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendWithEtag(request, response, await this.handler.list(query, caller, trace));
  }

  @Get('groups')
  @Operation('groupApprovals', 'What waits for a reviewer, put together by rule, agent, topic and shape')
  @ApiOkResponse({ type: ApprovalGroupsDto })
  @ApiProblems(400, 401, 403, 503)
  async group(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Query(new CheckedPipe()) query: ApprovalListQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendWithEtag(request, response, await this.handler.group(query, caller, trace));
  }

  @Post('resolve')
  @HttpCode(200)
  @Operation('resolveApprovals', 'The same vote on several approvals, each bound to what was seen of it')
  @ApiBody({ schema: documented(ResolveBody) })
  @ApiOkResponse({ type: ResolvedManyDto })
  @ApiProblems(400, 401, 403, 415, 503)
  resolve(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    return this.handler.voteOnMany(readBody(ResolveBody, body), caller, trace);
  }

  @Get(':job_id')
  @Operation('getApproval', 'One approval: how it stands, what was said about it, what was edited')
  @ApiOkResponse({ type: ApprovalDetailsDto })
  @ApiProblems(400, 401, 403, 404, 503)
  async show(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @Query(new CheckedPipe()) { kind }: VoteQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendWithEtag(request, response, await this.handler.show(jobId, kind, caller, trace));
  }

  @Post(':job_id/approve')
  @HttpCode(200)
  @Operation('approveJob', 'Approves exactly the job that was shown')
  @ApiBody({ type: NoteDto, required: false })
  @ApiOkResponse({ type: ApprovalVoteDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 422, 503)
  approve(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @Query(new CheckedPipe()) query: VoteQuery,
    @BodyMembers(new CheckedPipe()) body: NoteDto,
  ) {
    return this.handler.vote({ ...body, ...query, jobId, vote: 'approve' }, caller, trace);
  }

  @Post(':job_id/deny')
  @HttpCode(200)
  @Operation('denyJob', 'Denies a job')
  @ApiBody({ type: NoteDto, required: false })
  @ApiOkResponse({ type: ApprovalVoteDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 503)
  deny(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @Query(new CheckedPipe()) query: VoteQuery,
    @BodyMembers(new CheckedPipe()) body: NoteDto,
  ) {
    return this.handler.vote({ ...body, ...query, jobId, vote: 'deny' }, caller, trace);
  }
}
