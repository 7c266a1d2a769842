import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import { Operation } from '../identity/operation.decorator.js';
import { SlackCallbackHandler } from './slack-callback.handler.js';
import { ephemeral } from './tell-presser.js';

/** `POST /api/v1/callbacks/slack`: who may use it is told by its signature. */
@ApiTags('approvals')
@Controller('api/v1/callbacks')
export class SlackCallbackController {
  constructor(private readonly handler: SlackCallbackHandler) {}

  @Post('slack')
  @HttpCode(200)
  @Operation('slackCallback', 'Somebody has pressed a button of a notification in Slack; signed by Slack')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({
    schema: { type: 'object', properties: { payload: { type: 'string' } }, required: ['payload'] },
  })
  @ApiOkResponse({
    schema: { type: 'object' },
    description: 'What is said to who has pressed it; empty where there is nothing to say.',
  })
  @ApiProblems(400, 401, 413, 503)
  async take(
    @NoQuery() _query: undefined,
    @Trace() trace: RequestTrace,
    @Req() request: Request,
  ): Promise<object> {
    const body: unknown = request.body;
    const signed = {
      signature: once(request, 'x-slack-signature'),
      timestamp: once(request, 'x-slack-request-timestamp'),
      body: body instanceof Uint8Array ? body : new Uint8Array(),
    };
    return ephemeral(await this.handler.handle(signed, trace));
  }
}

/** A header that was sent once; of two nobody could say which one counts. */
function once({ headersDistinct }: Request, name: string): string | undefined {
  const values = headersDistinct[name] ?? [];
  return values.length === 1 ? values[0] : undefined;
}
