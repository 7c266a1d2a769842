import { ApiProperty } from '@nestjs/swagger';
import { JobState } from '@countersign/contracts';

/** Answer to a job that was taken in. */
export class JobAcceptedDto {
  @ApiProperty({ description: 'ULID of the job.', example: '01JD4XQ8Z6T0V9K3M2N5P7R8S1' })
  readonly job_id!: string;
  @ApiProperty({ description: 'W3C trace id of the whole way of the job.', pattern: '^[0-9a-f]{32}$' })
  readonly trace_id!: string;
  @ApiProperty({ enum: [JobState.Submitted] })
  readonly state!: typeof JobState.Submitted;
  @ApiProperty({
    description: 'Digest of the canonical job: what is decided, approved and run.',
    pattern: '^sha256:[0-9a-f]{64}$',
  })
  readonly job_hash!: string;
}
