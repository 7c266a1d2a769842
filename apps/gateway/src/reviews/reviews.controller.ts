import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CheckedPipe } from '../http/checked.pipe.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { JobIdPipe } from '../http/path.pipes.js';
import { BodyBytes } from '../http/read-json.js';
import type { RequestTrace } from '../http/request-trace.js';
import { sendWithEtag } from '../http/send-with-etag.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { documented, readBody } from '../http/schema-body.js';
import { ReviewDto, ReviewPageDto } from './review.dto.js';
import { ReviewListQuery, SeenBody } from './review.queries.js';
import { ReviewsHandler } from './reviews.handler.js';

/** `GET /api/v1/reviews` and the marks. */
@ApiTags('reviews')
@Controller('api/v1/reviews')
export class ReviewsController {
  constructor(private readonly handler: ReviewsHandler) {}

  @Get()
  @Operation(
    'listReviews',
    'Released work that waits for a person’s mark, or has it; the longest waiting first',
  )
  @ApiOkResponse({ type: ReviewPageDto })
  @ApiProblems(400, 401, 403, 503)
  async list(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Query(new CheckedPipe()) query: ReviewListQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendWithEtag(request, response, await this.handler.list(query, caller, trace));
  }

  @Post(':job_id/seen')
  @HttpCode(200)
  @Operation('markReviewSeen', 'Says of released work that it is fine, or that there is a problem; once')
  @ApiBody({ schema: documented(SeenBody) })
  @ApiOkResponse({ type: ReviewDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 503)
  seen(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('job_id', JobIdPipe) jobId: string,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    return this.handler.markSeen(jobId, readBody(SeenBody, body), caller, trace);
  }
}
