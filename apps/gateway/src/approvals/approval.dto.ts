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
  @ApiProperty({ type: Object, nullable: true, description: 'The canonical job; null if it is not intact.' })
  readonly job!: object | null;
  @ApiProperty({
    description: 'Whether the stored bytes are still those of `job_hash`; others are not shown.',
  })
  readonly is_intact!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'Who submitted the job.' })
  readonly caller!: string | null;
  @ApiProperty({ description: 'Why the policy asks, as a code.' })
  readonly reason_code!: string;
  @ApiProperty({ description: 'A person has to decide about this, whatever the rules allow.' })
  readonly never_auto_approve!: boolean;
  @ApiProperty({ description: 'The action as rules know it.' })
  readonly action!: string;
  @ApiProperty({ description: 'The same for jobs whose params differ in values alone.' })
  readonly shape!: string;
  @ApiProperty({ enum: ['usual', 'high', 'critical'], description: 'By what the policy asks for.' })
  readonly risk!: string;
  @ApiProperty({ description: 'How many people have to approve.' })
  readonly quorum!: number;
  @ApiProperty({ type: [String], description: 'Of these groups; none is any.' })
  readonly groups!: readonly string[];
  @ApiProperty({ type: String, nullable: true, description: 'What has to be typed to approve.' })
  readonly confirm!: string | null;
  @ApiProperty({ type: [String], description: 'Groups that may answer as well once it has escalated.' })
  readonly escalate_to!: readonly string[];
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly escalates_at!: string | null;
  @ApiProperty()
  readonly is_escalated!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'The job that a reviewer has edited into this.' })
  readonly edit_of!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The job that goes on in the place of this.' })
  readonly edited_as!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['policy_changed', 'approval_queue_full', 'edited', null],
    description: 'Why it was rejected, where no reviewer has denied it.',
  })
  readonly resolved_reason!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly created_at!: string;
  @ApiProperty({ format: 'date-time' })
  readonly expires_at!: string;
}

/** A question with all that was said about it. Who asked for the job sees how it stands, and nothing of the rest. */
export class ApprovalDetailsDto extends ApprovalDto {
  @ApiProperty({ enum: ['pending', 'approved', 'denied', 'timeout', 'withdrawn'] })
  readonly status!: string;
  @ApiProperty({ type: [Object], required: false })
  readonly comments?: readonly object[];
  @ApiProperty({
    type: Object,
    required: false,
    nullable: true,
    description: 'The edit that it came about or ended by: both jobs, and what differs.',
  })
  readonly edit?: object | null;
}

/** Questions put together by what is alike. */
export class ApprovalGroupsDto {
  @ApiProperty({
    type: [Object],
    description: 'rule_id, agent_id, topic, shape, kind, risk, count, oldest_at, first_expires_at, items.',
  })
  readonly groups!: readonly object[];
  @ApiProperty({ description: 'Whether these are all.' })
  readonly is_complete!: boolean;
}

/** What became of several votes, in their order. */
export class ResolvedManyDto {
  @ApiProperty({ type: [Object], description: 'job_id, ok, and approval, or code and state.' })
  readonly results!: readonly object[];
}

/** The job that goes on after an edit. */
export class ApprovalEditDto {
  @ApiProperty()
  readonly job_id!: string;
  @ApiProperty()
  readonly job_hash!: string;
  @ApiProperty({ description: 'The job that was edited.' })
  readonly edit_of!: string;
}

/** A comment as it is kept: without secrets. */
export class ApprovalCommentDto {
  @ApiProperty()
  readonly comment_id!: string;
  @ApiProperty()
  readonly approval_id!: string;
  @ApiProperty()
  readonly job_id!: string;
  @ApiProperty()
  readonly by!: string;
  @ApiProperty()
  readonly note!: string;
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
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
  @ApiProperty({ enum: ['PENDING', 'GRANTED', 'REJECTED', 'WITHDRAWN'] })
  readonly state!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The reviewer as the platform knows them.' })
  readonly resolved_by!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly resolved_at!: string | null;
}
