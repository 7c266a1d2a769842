import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { WhoAmIDto } from './who-am-i.dto.js';

/** `GET /api/v1/me`: what a credential stands for, so that the console shows what its holder may do. */
@ApiTags('identity')
@Controller('api/v1/me')
export class WhoAmIController {
  @Get()
  @Operation('getCaller', 'Who the caller is')
  @ApiOkResponse({ type: WhoAmIDto })
  @ApiProblems(400, 401, 403, 503)
  me(@NoQuery() _query: undefined, @VerifiedCaller() caller: Caller): WhoAmIDto {
    const { name, tenant, roles, groups, by } = caller;
    return { name, tenant_id: tenant, roles, groups, verified_by: by };
  }
}
