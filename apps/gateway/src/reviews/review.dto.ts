import { ApiProperty } from '@nestjs/swagger';

/** Released work that a person has to look at, or has looked at. */
export class ReviewDto {
  @ApiProperty()
  readonly job_id!: string;
  @ApiProperty()
  readonly tenant_id!: string;
  @ApiProperty({ enum: ['waiting', 'seen'] })
  readonly state!: string;
  @ApiProperty()
  readonly topic!: string;
  @ApiProperty()
  readonly job_hash!: string;
  @ApiProperty({ description: 'The attempt whose output was released.' })
  readonly attempt!: number;
  @ApiProperty()
  readonly producer!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Who submitted the job.' })
  readonly caller!: string | null;
  @ApiProperty({ type: String, nullable: true })
  readonly agent_id!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The audit trail: GET /api/v1/traces/{trace_id}.',
  })
  readonly trace_id!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly released_at!: string;
  @ApiProperty({ format: 'date-time', description: 'Since when it is on the list.' })
  readonly waits_since!: string;
  @ApiProperty({ description: 'Seconds that it waits, or has waited until somebody looked.' })
  readonly age_sec!: number;
  @ApiProperty({ enum: ['fine', 'problem'], nullable: true })
  readonly verdict!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'As it is kept: without secrets.' })
  readonly note!: string | null;
  @ApiProperty({ type: String, nullable: true })
  readonly seen_by!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly seen_at!: string | null;
}

/** A page of the list. */
export class ReviewPageDto {
  @ApiProperty({ type: [ReviewDto] })
  readonly items!: readonly ReviewDto[];
  @ApiProperty({ type: String, nullable: true, description: '`after` of the next page.' })
  readonly next!: string | null;
}
