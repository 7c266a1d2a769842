import { ApiProperty } from '@nestjs/swagger';

/** One entry of the audit log. */
export class AuditEntryDto {
  @ApiProperty({ type: 'integer' })
  readonly seq!: number;
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
  @ApiProperty({ description: 'Type of the event, with its version.' })
  readonly type!: string;
  @ApiProperty()
  readonly subject!: string;
  @ApiProperty({ type: String, nullable: true })
  readonly job_id!: string | null;
  @ApiProperty({
    type: Object,
    description: 'What is safe to tell of the event; never parameters or outputs.',
  })
  readonly summary!: object;
  @ApiProperty()
  readonly hash!: string;
}

/** A page of the timeline of a trace. */
export class TracePageDto {
  @ApiProperty()
  readonly trace_id!: string;
  @ApiProperty({ type: [AuditEntryDto] })
  readonly items!: readonly AuditEntryDto[];
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: '`after` of the next page; null on the last one.',
  })
  readonly next!: number | null;
}

/** Whether the audit chain holds. */
export class AuditVerificationDto {
  @ApiProperty({ description: 'False when an entry was altered, removed, inserted or reordered.' })
  readonly ok!: boolean;
  @ApiProperty({ required: false, type: 'integer' })
  readonly entries?: number;
  @ApiProperty({ required: false, type: 'integer' })
  readonly head_seq?: number;
  @ApiProperty({ required: false })
  readonly head_hash?: string;
  @ApiProperty({ required: false, type: 'integer', description: 'Where the chain breaks.' })
  readonly seq?: number;
  @ApiProperty({ required: false })
  readonly problem?: string;
}
