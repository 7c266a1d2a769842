import { ApiProperty } from '@nestjs/swagger';
import { JobState } from '@countersign/contracts';
import { ULID_PATTERN } from '@countersign/kernel';
import { IsIn, Matches, ValidateIf } from 'class-validator';
import { PageQuery } from '../http/page.query.js';

/** Query parameters of `GET /api/v1/jobs`. */
export class JobListQuery extends PageQuery {
  @ApiProperty({ required: false, enum: Object.values(JobState) })
  @ValidateIf((query: JobListQuery) => query.state !== undefined)
  @IsIn(Object.values(JobState), { message: 'state must be a state of jobs' })
  readonly state?: JobState;

  @ApiProperty({ required: false, pattern: ULID_PATTERN, description: '`next` of the page before.' })
  @ValidateIf((query: JobListQuery) => query.after !== undefined)
  @Matches(new RegExp(ULID_PATTERN), { message: 'after must be the next of an earlier page' })
  declare readonly after?: string;
}
