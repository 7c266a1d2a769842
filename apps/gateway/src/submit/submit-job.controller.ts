import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import { JobRequest, parseBody } from '@countersign/contracts';
import type { Response } from 'express';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { BodyBytes, refusedBody } from '../http/read-json.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { Context, VerifiedCaller, type RequestContext } from '../identity/request-context.js';
import { IdempotencyKey } from './idempotency-key.js';
import { JobAcceptedDto } from './job-accepted.dto.js';
import { SubmitJobHandler } from './submit-job.handler.js';
import { withHeaders } from './with-headers.js';

/** `POST /api/v1/jobs`. */
@ApiTags('jobs')
@Controller('api/v1/jobs')
export class SubmitJobController {
  constructor(private readonly handler: SubmitJobHandler) {}

  @Post()
  @HttpCode(202)
  @Operation('submitJob', 'Asks for a job to be decided and run')
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'The same key with the same request is answered alike and runs once; with another request: 422.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  })
  @ApiBody({ schema: { $ref: '#/components/schemas/JobRequest' } })
  @ApiAcceptedResponse({
    type: JobAcceptedDto,
    headers: { Location: { description: 'Where to follow the job.', schema: { type: 'string' } } },
  })
  @ApiProblems(400, 401, 403, 409, 413, 415, 422, 503)
  async submit(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Context() context: RequestContext,
    @Trace() trace: RequestTrace,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @BodyBytes() body: Uint8Array,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobAcceptedDto> {
    const parsed = parseBody(JobRequest, body);
    if (!parsed.ok) throw refusedBody(parsed.problem);
    const request = withHeaders(parsed.value, context);
    const accepted = await this.handler.submit(request, { caller, trace, idempotencyKey });
    response.location(`/api/v1/jobs/${accepted.job_id}`);
    return accepted;
  }
}
