import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CheckedPipe } from '../http/checked.pipe.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { JobIdPipe } from '../http/path.pipes.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { JobListQuery } from './job-list.query.js';
import { JobDto, JobPageDto } from './job.dto.js';
import { ReadJobsHandler } from './read-jobs.handler.js';

/** `GET /api/v1/jobs`, one job, and its released output. */
@ApiTags('jobs')
@Controller('api/v1/jobs')
export class ReadJobsController {
  constructor(private readonly handler: ReadJobsHandler) {}

  @Get()
  @Operation('listJobs', 'Lists jobs of the tenant')
  @ApiOkResponse({ type: JobPageDto })
  @ApiProblems(400, 401, 403, 503)
  list(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Query(new CheckedPipe()) query: JobListQuery,
  ) {
    return this.handler.list(query, { caller, trace });
  }

  @Get(':id')
  @Operation('getJob', 'Where a job is')
  @ApiOkResponse({ type: JobDto })
  @ApiProblems(400, 401, 403, 404, 503)
  get(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('id', JobIdPipe) id: string,
  ) {
    return this.handler.get(id, { caller, trace });
  }

  @Get(':id/output')
  @Operation('getJobOutput', 'The released output of a job, byte for byte')
  @ApiOkResponse({ description: 'Any JSON value.', content: { 'application/json': { schema: {} } } })
  @ApiResponse({ status: 303, description: 'The output is a blob: `Location` has its address.' })
  @ApiProblems(400, 401, 403, 404, 409, 503)
  async output(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('id', JobIdPipe) id: string,
    @Res() response: Response,
  ): Promise<void> {
    const output = await this.handler.output(id, { caller, trace });
    if (typeof output === 'string') return void response.type('application/json').send(Buffer.from(output));
    response.redirect(303, `/api/v1/blobs/${output.digest.replace(':', '/')}`);
  }
}
