import { ApiProperty } from '@nestjs/swagger';
import { DecisionType } from '@countersign/contracts';

const TYPES = Object.values(DecisionType);

/** What a policy says of a job. */
export class PolicyAnswerDto {
  @ApiProperty({ enum: TYPES })
  readonly type!: string;
  @ApiProperty({ type: [String], description: 'All rules that matched, the deciding one first.' })
  readonly rule_ids!: readonly string[];
  @ApiProperty()
  readonly reason!: string;
  @ApiProperty()
  readonly reason_code!: string;
  @ApiProperty({ type: [String] })
  readonly derived_tags!: readonly string[];
  @ApiProperty({ type: Object })
  readonly constraints!: object;
  @ApiProperty({ type: Object })
  readonly obligations!: object;
  @ApiProperty({ type: String, nullable: true, description: 'Digest of the policy that was asked.' })
  readonly policy_snapshot!: string | null;
}

/** The answer to a check. */
export class CheckAnswerDto extends PolicyAnswerDto {
  @ApiProperty({ format: 'date-time' })
  readonly evaluated_at!: string;
  @ApiProperty({ description: 'False: the policy could not be asked, and this is what the fail mode says.' })
  readonly authoritative!: boolean;
  @ApiProperty({ required: false, enum: ['deny', 'allow'], description: 'Where it is not authoritative.' })
  readonly fail_mode?: string;
  @ApiProperty({ required: false, enum: ['timeout', 'unavailable', 'breaker_open'] })
  readonly cause?: string;
}

/** What another policy would decide, beside the active one. */
export class SimulationDto {
  @ApiProperty({ type: PolicyAnswerDto })
  readonly decision!: PolicyAnswerDto;
  @ApiProperty({ type: PolicyAnswerDto, description: 'What the active policy decides.' })
  readonly active!: PolicyAnswerDto;
  @ApiProperty({ type: [String], description: 'The members in which the two differ.' })
  readonly differences!: readonly string[];
  @ApiProperty({ format: 'date-time' })
  readonly evaluated_at!: string;
}

/** Why a job is decided as it is. */
export class ExplanationDto {
  @ApiProperty({ type: Object })
  readonly decision!: object;
  @ApiProperty({
    type: [Object],
    description: 'Each rule: matched, or the first of its conditions that failed, or why it has no answer.',
  })
  readonly rules!: readonly object[];
  @ApiProperty({ type: Number, nullable: true, description: '`after` of the next page of rules.' })
  readonly next!: number | null;
  @ApiProperty({ type: [Object] })
  readonly classify!: readonly object[];
  @ApiProperty({ type: [Object], description: 'Each rule about what a job was given.' })
  readonly inputs!: readonly object[];
  @ApiProperty({ type: [Object] })
  readonly scopes!: readonly object[];
  @ApiProperty()
  readonly policy_snapshot!: string;
  @ApiProperty({ format: 'date-time' })
  readonly evaluated_at!: string;
}

/** One version of the policy. */
export class PolicyDto {
  @ApiProperty({ description: 'Its digest.' })
  readonly snapshot!: string;
  @ApiProperty({ type: String, nullable: true })
  readonly policy_id!: string | null;
  @ApiProperty({ type: String, nullable: true })
  readonly policy_version!: string | null;
  @ApiProperty({ type: 'integer', description: 'How many rules it has.' })
  readonly rules!: number;
  @ApiProperty({ type: 'integer', description: 'How many warnings its author was given.' })
  readonly warnings!: number;
  @ApiProperty()
  readonly pushed_by!: string;
  @ApiProperty({ format: 'date-time' })
  readonly pushed_at!: string;
  @ApiProperty()
  readonly active!: boolean;
}

/** One version of the policy and what is in it. */
export class WholePolicyDto extends PolicyDto {
  @ApiProperty({
    type: [Object],
    nullable: true,
    description:
      'The rules that can be about jobs of the caller’s tenant; null when they are too many to be shown.',
  })
  readonly rules_shown!: readonly object[] | null;
  @ApiProperty({
    type: [Object],
    required: false,
    nullable: true,
    description: 'For the platform’s own tenant.',
  })
  readonly sources?: readonly object[] | null;
  @ApiProperty({ type: [Object], required: false, description: 'For the platform’s own tenant.' })
  readonly warnings_shown?: readonly object[];
  @ApiProperty({ type: [Object], required: false, description: 'For the platform’s own tenant.' })
  readonly activations?: readonly object[];
  @ApiProperty({ type: Object, required: false, description: 'For the platform’s own tenant.' })
  readonly health?: object;
}

export class PolicyPageDto {
  @ApiProperty({ type: [PolicyDto] })
  readonly items!: readonly PolicyDto[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cursor of the next page; null on the last one.',
  })
  readonly next!: string | null;
}

/** A policy that is kept. */
export class PushedPolicyDto {
  @ApiProperty()
  readonly snapshot!: string;
  @ApiProperty({ description: 'Whether it was not known before.' })
  readonly created!: boolean;
  @ApiProperty({ type: String, nullable: true })
  readonly policy_id!: string | null;
  @ApiProperty({ type: String, nullable: true })
  readonly policy_version!: string | null;
  @ApiProperty({ type: 'integer' })
  readonly rules!: number;
  @ApiProperty({ type: [Object], description: 'With file, line and column.' })
  readonly warnings!: readonly object[];
}

/** A policy that is in force. */
export class ActivatedPolicyDto {
  @ApiProperty()
  readonly snapshot!: string;
  @ApiProperty({ type: String, nullable: true, description: 'What was in force before.' })
  readonly previous!: string | null;
  @ApiProperty({ description: 'False when it was in force already.' })
  readonly changed!: boolean;
  @ApiProperty({ type: 'integer', description: 'Number of the activation.' })
  readonly seq!: number;
}
