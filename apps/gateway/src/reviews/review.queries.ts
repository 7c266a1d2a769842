import { Type, type Static } from '@sinclair/typebox';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, MaxLength, Min } from 'class-validator';
import { MAX_NOTE } from '../approvals/note.dto.js';
import { Decimal } from '../http/decimal.decorator.js';
import { PageQuery } from '../http/page.query.js';
import { given, INT4_MAX, TOPIC_FILTER } from '../http/query-fields.js';
import { NAME } from '../identity/caller.js';

/** Query parameters of `GET /api/v1/reviews`. */
export class ReviewListQuery extends PageQuery {
  @ApiProperty({ required: false, enum: ['waiting', 'seen'], description: 'Absent: both.' })
  @given('state')
  @IsIn(['waiting', 'seen'], { message: 'state must be waiting or seen' })
  readonly state?: 'waiting' | 'seen';

  @ApiProperty({ required: false, enum: ['fine', 'problem'] })
  @given('verdict')
  @IsIn(['fine', 'problem'], { message: 'verdict must be fine or problem' })
  readonly verdict?: 'fine' | 'problem';

  @ApiProperty({ required: false })
  @given('agent_id')
  @Matches(NAME, { message: 'agent_id must be a name' })
  readonly agent_id?: string;

  @ApiProperty({ required: false, example: 'job.mcp-bridge.>', description: 'One, or all below with `.>`.' })
  @given('topic')
  @MaxLength(255)
  @Matches(TOPIC_FILTER, { message: 'topic must be a topic, or the beginning of one and .>' })
  readonly topic?: string;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    description: 'Seconds since it was released.',
  })
  @given('min_age_sec')
  @Decimal()
  @Min(0)
  @Max(INT4_MAX)
  @IsInt()
  readonly min_age_sec?: number;
}

/** What a reviewer has to say of released work. */
export const SeenBody = Type.Object(
  {
    verdict: Type.Union([Type.Literal('fine'), Type.Literal('problem')]),
    note: Type.Optional(Type.String({ maxLength: MAX_NOTE })),
  },
  { additionalProperties: false },
);
export type SeenBody = Static<typeof SeenBody>;
