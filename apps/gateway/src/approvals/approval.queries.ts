import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, MaxLength, Min, MinLength, ValidateIf } from 'class-validator';
import { Decimal } from '../http/decimal.decorator.js';
import { PageQuery } from '../http/page.query.js';
import { given, INT4_MAX, TOPIC_FILTER } from '../http/query-fields.js';
import { NAME } from '../identity/caller.js';

export const RISKS = ['usual', 'high', 'critical'] as const;
const STATES = 'PENDING|GRANTED|REJECTED|EXPIRED|WITHDRAWN';
const STATE_LIST = new RegExp(`^(${STATES})(,(${STATES})){0,4}$`);

/** Query parameters of `GET /api/v1/approvals`. */
export class ApprovalListQuery extends PageQuery {
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsIn(['true', 'false'], { message: 'include_resolved must be true or false' })
  readonly include_resolved: 'true' | 'false' = 'false';

  @ApiProperty({ required: false, example: 'GRANTED,REJECTED', description: 'States, with commas between.' })
  @given('state')
  @Matches(STATE_LIST, { message: `state must be of ${STATES}, with commas between` })
  readonly state?: string;

  @ApiProperty({ required: false, enum: ['job', 'output'] })
  @given('kind')
  @IsIn(['job', 'output'], { message: 'kind must be job or output' })
  readonly kind?: 'job' | 'output';

  @ApiProperty({ required: false })
  @given('agent_id')
  @Matches(NAME, { message: 'agent_id must be a name' })
  readonly agent_id?: string;

  @ApiProperty({ required: false, example: 'job.mcp-bridge.>', description: 'One, or all below with `.>`.' })
  @given('topic')
  @MaxLength(255)
  @Matches(TOPIC_FILTER, { message: 'topic must be a topic, or the beginning of one and .>' })
  readonly topic?: string;

  @ApiProperty({ required: false, description: 'The rule that decided.' })
  @given('rule_id')
  @MinLength(1)
  @MaxLength(256)
  readonly rule_id?: string;

  @ApiProperty({ required: false, description: '`shape` of an approval: jobs that differ in values alone.' })
  @given('shape')
  @Matches(/^[0-9a-f]{16}$/, { message: 'shape must be 16 hexadecimal digits' })
  readonly shape?: string;

  @ApiProperty({ required: false, enum: RISKS, description: 'At least.' })
  @given('min_risk')
  @IsIn(RISKS, { message: `min_risk must be of ${RISKS.join(', ')}` })
  readonly min_risk?: (typeof RISKS)[number];

  @ApiProperty({ required: false, type: 'integer', minimum: 0, description: 'Seconds since it was asked.' })
  @given('min_age_sec')
  @Decimal()
  @Min(0)
  @Max(INT4_MAX)
  @IsInt()
  readonly min_age_sec?: number;

  @ApiProperty({
    required: false,
    enum: ['oldest', 'fair'],
    default: 'oldest',
    description: '`fair`: the most critical first, and of those alike the agents by turns.',
  })
  @given('order')
  @IsIn(['oldest', 'fair'], { message: 'order must be oldest or fair' })
  readonly order?: 'oldest' | 'fair';
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
