import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { NoQuery } from '../../http/no-query.decorator.js';
import { ApiProblems } from '../../http/openapi.decorators.js';
import { problemOf } from '../../http/problem.js';
import { BodyBytes } from '../../http/read-json.js';
import type { RequestTrace } from '../../http/request-trace.js';
import { Trace } from '../../http/trace.decorator.js';
import type { Caller } from '../../identity/caller.js';
import { Operation } from '../../identity/operation.decorator.js';
import { VerifiedCaller } from '../../identity/request-context.js';
import { documented, readBody } from '../../http/schema-body.js';
import { ReplayBody } from '../policy-bodies.js';
import { sendLines } from './send-lines.js';
import { ReplayPolicyHandler } from './replay-policy.handler.js';

/** `POST /api/v1/policy/replay`. */
@ApiTags('policy')
@Controller('api/v1/policy')
export class ReplayPolicyController {
  constructor(private readonly handler: ReplayPolicyHandler) {}

  @Post('replay')
  @HttpCode(200)
  @Operation('replayPolicy', 'Makes the recorded decisions of the tenant again under another policy')
  @ApiBody({ schema: documented(ReplayBody), required: false })
  @ApiOkResponse({
    description:
      'A line of JSON each: `{"candidate"}` first, `{"changed"}` for each decision that would differ, `{"summary"}` last, or `{"error"}`.',
    content: { 'application/x-ndjson': { schema: {} } },
  })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 422, 503)
  async replay(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @BodyBytes() body: Uint8Array,
    @Res() response: Response,
  ): Promise<void> {
    const lines = this.handler.replay(readBody(ReplayBody, body), caller, trace);
    // Until there is a first line, what is wrong can still be said by the status.
    const first = await lines.next();
    response.type('application/x-ndjson');
    await sendLines(response, first, lines, (error) => ({ error: problemOf(error, trace.traceId) }));
  }
}
