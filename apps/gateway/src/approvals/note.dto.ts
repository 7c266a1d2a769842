import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, MaxLength, ValidateIf } from 'class-validator';

/** Characters of a note: what the contract allows in one. */
export const MAX_NOTE = 4096;
/** Characters of a confirmation: those of the longest name of an action. */
const MAX_CONFIRM = 128;

/** What a reviewer may say with a vote. Who votes and what for is never taken from here. */
export class NoteDto {
  @ApiProperty({ required: false, maxLength: MAX_NOTE, description: 'Why; kept in the audit log.' })
  @ValidateIf((body: NoteDto) => body.note !== undefined)
  @MaxLength(MAX_NOTE)
  // Checks run from the member upwards and stop at the first refusal: the type before the length.
  @IsString()
  readonly note?: string;

  @ApiProperty({
    required: false,
    pattern: '^sha256:[0-9a-f]{64}$',
    description: '`job_hash` of what the reviewer has seen. The vote counts for exactly that, or not at all.',
  })
  @ValidateIf((body: NoteDto) => body.expected_job_hash !== undefined)
  @Matches(/^sha256:[0-9a-f]{64}$/, { message: 'expected_job_hash must be sha256: and 64 digits' })
  readonly expected_job_hash?: string;

  @ApiProperty({
    required: false,
    maxLength: MAX_CONFIRM,
    description: 'The name of the action, typed, where the policy asks for it (`confirm` of the approval).',
  })
  @ValidateIf((body: NoteDto) => body.confirm !== undefined)
  @MaxLength(MAX_CONFIRM)
  @IsString()
  readonly confirm?: string;
}
