import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { askService, refusalFrom } from '../http/ask-service.js';
import { NoMembersPipe } from '../http/no-members.pipe.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { JobIdPipe } from '../http/path.pipes.js';
import { ApiError } from '../http/problem.js';
import { BodyMembers } from '../http/read-json.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { JobFinder } from '../read/job-finder.js';
import { cancelledJob, CancelledJobDto } from './cancelled-job.dto.js';

/** `POST /api/v1/jobs/:id/cancel`. */
@ApiTags('jobs')
@Controller('api/v1/jobs')
export class CancelJobController {
  constructor(
    private readonly finder: JobFinder,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @Operation('cancelJob', 'Cancels a job; a running one is told to stop and ends with its worker’s report')
  @ApiBody({ schema: { type: 'object', additionalProperties: false }, required: false })
  @ApiOkResponse({ type: CancelledJobDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 503)
  async cancel(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('id', JobIdPipe) id: string,
    @BodyMembers(NoMembersPipe) _body: object,
  ): Promise<CancelledJobDto> {
    const intake = await this.finder.findIntakeOnly(id, { caller, trace });
    if (intake)
      throw new ApiError(
        'illegal_transition',
        intake.reason ?? 'The job is not decided yet. Try again.',
        {},
        { state: intake.state },
      );
    const question = { tenant_id: caller.tenant, job_id: id, caller: caller.name };
    const answer = await askService(this.bus, Subjects.commandJobCancel.address({}), question, trace);
    if (answer.ok) return cancelledJob(id, answer.members);
    throw refusalFrom(answer, {
      not_found: 'There is no such job.',
      illegal_transition: 'The job can no longer be cancelled.',
    });
  }
}
