import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../identity/caller.js';

/** The caller, as the gateway has verified them. */
export class WhoAmIDto {
  @ApiProperty()
  readonly name!: string;
  @ApiProperty()
  readonly tenant_id!: string;
  @ApiProperty({ enum: ROLES, isArray: true })
  readonly roles!: readonly Role[];
  @ApiProperty({ type: [String], description: 'Groups of reviewers that the caller is in.' })
  readonly groups!: readonly string[];
  @ApiProperty({ enum: ['loopback', 'api_key', 'token'], description: 'By what the caller is known.' })
  readonly verified_by!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Where traces can be looked at, with `{trace_id}` in it; null where they can’t.',
  })
  readonly traces_url!: string | null;
}
