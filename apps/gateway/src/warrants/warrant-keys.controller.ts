import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { askService, refusalFrom } from '../http/ask-service.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import { Operation } from '../identity/operation.decorator.js';

/** `GET /api/v1/warrants/keys`: the public keys with which anybody can tell whether the scheduler let a run begin. */
@ApiTags('warrants')
@Controller('api/v1/warrants')
export class WarrantKeysController {
  constructor(@Inject(busOf(Service.Gateway)) private readonly bus: Bus) {}

  @Get('keys')
  @Operation('getWarrantKeys', 'The public keys of warrants, as a JWK set (RFC 7517)')
  @ApiOkResponse({ description: 'A JWK set.', content: { 'application/jwk-set+json': { schema: {} } } })
  @ApiProblems(400, 401, 403, 503)
  async keys(
    @NoQuery() _query: undefined,
    @Trace() trace: RequestTrace,
    @Res() response: Response,
  ): Promise<void> {
    const answer = await askService(this.bus, Subjects.queryJwks.address({}), {}, trace);
    if (!answer.ok) throw refusalFrom(answer, {});
    const { keys } = answer.members;
    if (!Array.isArray(keys)) throw new Error('the scheduler answered without keys');
    response.type('application/jwk-set+json').send(JSON.stringify({ keys }));
  }
}
