import { ApiProperty } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { PageQuery } from '../http/page.query.js';

/** Query parameters of `GET /api/v1/approvals`. */
export class ApprovalListQuery extends PageQuery {
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsIn(['true', 'false'], { message: 'include_resolved must be true or false' })
  readonly include_resolved: 'true' | 'false' = 'false';
}

/** Query parameters of a vote. */
export class VoteQuery {
  @ApiProperty({
    required: false,
    enum: ['job', 'output'],
    description:
      'Which question of the job is meant, where it has both had one about itself and one about its output.',
  })
  @ValidateIf((query: VoteQuery) => query.kind !== undefined)
  @IsIn(['job', 'output'], { message: 'kind must be job or output' })
  readonly kind?: 'job' | 'output';
}
