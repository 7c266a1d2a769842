import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';
import { Decimal } from '../../http/decimal.decorator.js';
import { DEFAULT_PAGE, MAX_PAGE } from '../../http/page.query.js';

const CURSOR = /^[0-9TZ:.-]{27}~sha256:[0-9a-f]{64}$/;

/** Query parameters of `GET /api/v1/policies`. */
export class PolicyListQuery {
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE })
  @Decimal()
  @Min(1)
  @Max(MAX_PAGE)
  @IsInt()
  readonly limit: number = DEFAULT_PAGE;

  @ApiProperty({ required: false, description: '`next` of the page before.' })
  @ValidateIf((query: PolicyListQuery) => query.after !== undefined)
  @Matches(CURSOR, { message: 'after must be the next of an earlier page' })
  readonly after?: string;
}
