import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** Most entries of one page of a trace: as many as the audit-writer answers. */
export const MAX_TRACE_PAGE = 500;

/** Query parameters of `GET /api/v1/traces/:trace_id`. */
export class TraceQuery {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_TRACE_PAGE,
    default: MAX_TRACE_PAGE,
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_TRACE_PAGE)
  readonly limit: number = MAX_TRACE_PAGE;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    default: 0,
    description: '`next` of the page before.',
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after: number = 0;
}
