import { ApiProperty } from '@nestjs/swagger';
import { PROBLEMS } from './problem-codes.js';

/** RFC 9457 problem details. */
export class ProblemDto {
  @ApiProperty({ example: 'urn:countersign:problem:unknown_field' })
  readonly type!: string;
  @ApiProperty()
  readonly title!: string;
  @ApiProperty({ minimum: 400, maximum: 599 })
  readonly status!: number;
  @ApiProperty({ description: 'One sentence for people. It repeats no value of the request.' })
  readonly detail!: string;
  @ApiProperty({ enum: Object.keys(PROBLEMS) })
  readonly code!: string;
  @ApiProperty({
    required: false,
    description:
      'RFC 6901 pointer of the member to blame, or `/name` of a parameter in the query or the path.',
  })
  readonly pointer?: string;
  @ApiProperty({ pattern: '^[0-9a-f]{32}$' })
  readonly trace_id!: string;
  @ApiProperty({ required: false, description: 'State of the job, where that is why.' })
  readonly state?: string;
}
