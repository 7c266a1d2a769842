import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, ValidateIf } from 'class-validator';

/** Characters of a note: what the contract allows in one. */
export const MAX_NOTE = 4096;

/** What a reviewer may say with a vote. Who votes and what for is never taken from here. */
export class NoteDto {
  @ApiProperty({ required: false, maxLength: MAX_NOTE, description: 'Why; kept in the audit log.' })
  @ValidateIf((body: NoteDto) => body.note !== undefined)
  @MaxLength(MAX_NOTE)
  // Checks run from the member upwards and stop at the first refusal: the type before the length.
  @IsString()
  readonly note?: string;
}
