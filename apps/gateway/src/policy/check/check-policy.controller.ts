import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { JobRequest, parseBody } from '@countersign/contracts';
import { NoQuery } from '../../http/no-query.decorator.js';
import { ApiProblems } from '../../http/openapi.decorators.js';
import { BodyBytes, refusedBody } from '../../http/read-json.js';
import type { RequestTrace } from '../../http/request-trace.js';
import { Trace } from '../../http/trace.decorator.js';
import type { Caller } from '../../identity/caller.js';
import { Operation } from '../../identity/operation.decorator.js';
import { Context, VerifiedCaller, type RequestContext } from '../../identity/request-context.js';
import { withHeaders } from '../../submit/with-headers.js';
import { CheckAnswerDto } from '../policy.dto.js';
import { CheckPolicyHandler } from './check-policy.handler.js';

/** `POST /api/v1/policy/check`. */
@ApiTags('policy')
@Controller('api/v1/policy')
export class CheckPolicyController {
  constructor(private readonly handler: CheckPolicyHandler) {}

  @Post('check')
  @HttpCode(200)
  @Operation('checkPolicy', 'What would be decided about a job; nothing is stored and nothing runs')
  @ApiBody({ schema: { $ref: '#/components/schemas/JobRequest' } })
  @ApiOkResponse({ type: CheckAnswerDto })
  @ApiProblems(400, 401, 403, 413, 415)
  check(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Context() context: RequestContext,
    @Trace() trace: RequestTrace,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    const parsed = parseBody(JobRequest, body);
    if (!parsed.ok) throw refusedBody(parsed.problem);
    return this.handler.check(withHeaders(parsed.value, context), caller, trace);
  }
}
