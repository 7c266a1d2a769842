import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CheckedPipe } from '../http/checked.pipe.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { JobIdPipe } from '../http/path.pipes.js';
import { BodyMembers } from '../http/read-json.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { ApprovalPageDto, ApprovalVoteDto } from './approval.dto.js';
import { ApprovalListQuery, VoteQuery } from './approval.queries.js';
import { ApprovalsHandler } from './approvals.handler.js';
import { NoteDto } from './note.dto.js';

/** `GET /api/v1/approvals` and the two votes. */
@ApiTags('approvals')
@Controller('api/v1/approvals')
export class ApprovalsController {
  constructor(private readonly handler: ApprovalsHandler) {}

  @Get()
  @Operation('listApprovals', 'What waits for a reviewer')
  @ApiOkResponse({ type: ApprovalPageDto })
  @ApiProblems(400, 401, 403, 503)
  list(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Query(new CheckedPipe()) query: ApprovalListQuery,
  ) {
    return this.handler.list(query, caller, trace);
  }

  @Post(':job_id/approve')
  @HttpCode(200)
  @Operation('approveJob', 'Approves exactly the job that was shown')
  @ApiBody({ type: NoteDto, required: false })
  @ApiOkResponse({ type: ApprovalVoteDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 503)
  approve(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @Query(new CheckedPipe()) query: VoteQuery,
    @BodyMembers(new CheckedPipe()) body: NoteDto,
  ) {
    return this.handler.vote({ jobId, vote: 'approve', note: body.note ?? '', ...query }, caller, trace);
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
    return this.handler.vote({ jobId, vote: 'deny', note: body.note ?? '', ...query }, caller, trace);
  }
}
