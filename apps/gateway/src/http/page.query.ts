import { ApiProperty } from '@nestjs/swagger';
import { ULID_PATTERN } from '@countersign/kernel';
import { IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';
import { Decimal } from './decimal.decorator.js';

/** Items of a page when the caller says nothing. */
export const DEFAULT_PAGE = 50;
/** Most items of a page: an answer of the bus must stay well under its largest message. */
export const MAX_PAGE = 200;

/** Query parameters of every list. */
export class PageQuery {
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE })
  @Decimal()
  @Min(1)
  @Max(MAX_PAGE)
  @IsInt()
  readonly limit: number = DEFAULT_PAGE;

  @ApiProperty({ required: false, pattern: ULID_PATTERN, description: '`next` of the page before.' })
  @ValidateIf((query: PageQuery) => query.after !== undefined)
  @Matches(new RegExp(ULID_PATTERN), { message: 'after must be the next of an earlier page' })
  readonly after?: string;
}
