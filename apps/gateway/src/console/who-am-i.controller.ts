import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import { WhoAmIDto } from './who-am-i.dto.js';

/** `GET /api/v1/me`: what a credential stands for, so that the console shows what its holder may do. */
@ApiTags('identity')
@Controller('api/v1/me')
export class WhoAmIController {
  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  @Get()
  @Operation('getCaller', 'Who the caller is')
  @ApiOkResponse({ type: WhoAmIDto })
  @ApiProblems(400, 401, 403, 503)
  me(@NoQuery() _query: undefined, @VerifiedCaller() caller: Caller): WhoAmIDto {
    const { name, tenant, roles, groups, by } = caller;
    const { tracesUrl: traces_url = null } = this.settings.console;
    return { name, tenant_id: tenant, roles, groups, verified_by: by, traces_url };
  }
}
