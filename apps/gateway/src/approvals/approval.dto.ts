import { ApiProperty } from '@nestjs/swagger';

/** A question to the reviewers. */
export class ApprovalDto {
  @ApiProperty()
  readonly job_id!: string;
  @ApiProperty()
  readonly approval_id!: string;
  @ApiProperty({ enum: ['PENDING', 'GRANTED', 'REJECTED', 'EXPIRED', 'WITHDRAWN'] })
  readonly state!: string;
  @ApiProperty({ enum: ['job', 'output'] })
  readonly kind!: string;
  @ApiProperty()
  readonly topic!: string;
  @ApiProperty()
  readonly tenant_id!: string;
  @ApiProperty()
  readonly agent_id!: string;
  @ApiProperty({ description: 'Digest of exactly what is approved.' })
  readonly job_hash!: string;
  @ApiProperty({ type: [String] })
  readonly rule_ids!: readonly string[];
  @ApiProperty()
  readonly reason!: string;
  @ApiProperty({ type: Object, description: 'The canonical job.' })
  readonly job!: object;
  @ApiProperty({ format: 'date-time' })
  readonly created_at!: string;
  @ApiProperty({ format: 'date-time' })
  readonly expires_at!: string;
}

/** A page of approvals. */
export class ApprovalPageDto {
  @ApiProperty({ type: [ApprovalDto] })
  readonly items!: readonly ApprovalDto[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cursor of the next page; null on the last one.',
  })
  readonly next!: string | null;
}

/** An approval after a vote. */
export class ApprovalVoteDto {
  @ApiProperty()
  readonly job_id!: string;
  @ApiProperty()
  readonly approval_id!: string;
  @ApiProperty({ enum: ['PENDING', 'GRANTED', 'REJECTED'] })
  readonly state!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The reviewer as the platform knows them.' })
  readonly resolved_by!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly resolved_at!: string | null;
}
