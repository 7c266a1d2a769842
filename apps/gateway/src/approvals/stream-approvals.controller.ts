import { Controller, Get, Headers, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { ApprovalStreams } from './approval-streams.js';

const CURSOR = /^\d{1,20}\.\d{1,19}$/;

/** `GET /api/v1/approvals/stream`. */
@ApiTags('approvals')
@Controller('api/v1/approvals')
export class StreamApprovalsController {
  constructor(private readonly streams: ApprovalStreams) {}

  @Get('stream')
  @Operation('streamApprovals', 'Tells what changes about approvals, as it does')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Where to go on.' })
  @ApiOkResponse({
    description:
      'Server-sent events: `hello` first, then `asked`, `changed` and `resolved` with `job_id`, `approval_id` and `at`. Ends after five minutes; come again with the last id.',
    content: { 'text/event-stream': { schema: {} } },
  })
  @ApiProblems(400, 401, 403, 503)
  async stream(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (lastEventId !== undefined && !CURSOR.test(lastEventId))
      throw new ApiError('invalid_header', 'Last-Event-ID must be the id of an event.', {
        pointer: '/last-event-id',
      });
    await this.streams.serve(caller, trace, lastEventId, request.method === 'HEAD', response);
  }
}
