import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { Decimal } from '../http/decimal.decorator.js';

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
  @Decimal()
  @Min(1)
  @Max(MAX_TRACE_PAGE)
  @IsInt()
  readonly limit: number = MAX_TRACE_PAGE;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    default: 0,
    description: '`next` of the page before.',
  })
  @Decimal()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  @IsInt()
  readonly after: number = 0;
}
