import { ApiProperty } from '@nestjs/swagger';
import { Constraints, JobState, type BlobRef } from '@countersign/contracts';

const nullable = { nullable: true, type: String } as const;

/** A job as its sender may see it. */
export class JobDto {
  @ApiProperty()
  readonly job_id!: string;
  @ApiProperty()
  readonly tenant_id!: string;
  @ApiProperty()
  readonly trace_id!: string;
  @ApiProperty({ enum: Object.values(JobState) })
  readonly state!: JobState;
  @ApiProperty({ ...nullable, description: 'Why, for people.' })
  readonly reason!: string | null;
  @ApiProperty({ ...nullable, description: 'Why, for programs.' })
  readonly reason_code!: string | null;
  @ApiProperty({ type: [String], description: 'The policy rules that decided.' })
  readonly rule_ids!: readonly string[];
  @ApiProperty({ type: Object, description: 'Limits on how it runs.' })
  readonly constraints!: Constraints;
  @ApiProperty({ type: [Object], description: 'Its runs so far.' })
  readonly attempts!: readonly object[];
  @ApiProperty({
    nullable: true,
    type: Object,
    description:
      'Digest, size and media type of a released output that is a blob: `/api/v1/blobs/sha256/<digest>`.',
  })
  readonly output_blob!: BlobRef | null;
  @ApiProperty()
  readonly topic!: string;
  @ApiProperty()
  readonly agent_id!: string;
  @ApiProperty({ format: 'date-time' })
  readonly created_at!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updated_at!: string;
}

/** A page of jobs. */
export class JobPageDto {
  @ApiProperty({ type: [JobDto] })
  readonly items!: readonly JobDto[];
  @ApiProperty({ ...nullable, description: 'Cursor of the next page; null on the last one.' })
  readonly next!: string | null;
}
