import { ApiProperty } from '@nestjs/swagger';
import { JobState } from '@countersign/contracts';
import { IsIn, ValidateIf } from 'class-validator';
import { PageQuery } from '../http/page.query.js';

/** Query parameters of `GET /api/v1/jobs`. */
export class JobListQuery extends PageQuery {
  @ApiProperty({ required: false, enum: Object.values(JobState) })
  @ValidateIf((query: JobListQuery) => query.state !== undefined)
  @IsIn(Object.values(JobState), { message: `state must be one of ${Object.values(JobState).join(', ')}` })
  readonly state?: JobState;
}
