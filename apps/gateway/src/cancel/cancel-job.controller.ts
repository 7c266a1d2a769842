import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { JobState, Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { askService, refusalFrom } from '../http/ask-service.js';
import { CallerAs, Side, type Caller } from '../http/caller.js';
import { NoMembersPipe } from '../http/no-members.pipe.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { JobIdPipe } from '../http/path.pipes.js';
import { ApiError } from '../http/problem.js';
import { BodyMembers } from '../http/read-json.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import { findIntake } from '../intake/intake.store.js';
import { cancelledJob, CancelledJobDto } from './cancelled-job.dto.js';

/** `POST /api/v1/jobs/:id/cancel`. */
@ApiTags('jobs')
@Controller('api/v1/jobs')
export class CancelJobController {
  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'cancelJob',
    summary: 'Cancels a job; a running one is told to stop and ends with its worker’s report',
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: false }, required: false })
  @ApiOkResponse({ type: CancelledJobDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 503)
  async cancel(
    @CallerAs(Side.Producer) caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('id', JobIdPipe) id: string,
    @BodyMembers(NoMembersPipe) _body: object,
  ): Promise<CancelledJobDto> {
    const question = { tenant_id: caller.tenant, job_id: id, caller: caller.name };
    const answer = await askService(this.bus, Subjects.commandJobCancel.address({}), question, trace);
    if (answer.ok) return cancelledJob(id, answer.members);
    if (answer.code === 'not_found' && (await findIntake(this.road.database, caller.tenant, id)))
      throw new ApiError(
        'illegal_transition',
        'The job is not decided yet. Try again.',
        {},
        { state: JobState.Submitted },
      );
    throw refusalFrom(answer, {
      not_found: 'There is no such job.',
      illegal_transition: 'The job can no longer be cancelled.',
    });
  }
}
