import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiParam,
  ApiProperty,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { NoQuery } from '../../http/no-query.decorator.js';
import { ApiProblems } from '../../http/openapi.decorators.js';
import { Operation } from '../../identity/operation.decorator.js';
import { ConsoleSessions } from './console-sessions.js';
import { SignInHandler, type SentOn } from './sign-in.handler.js';

/** A way to sign in at the console. */
export class SignInOptionDto {
  @ApiProperty()
  readonly id!: string;
  @ApiProperty({ description: 'For people.' })
  readonly name!: string;
}

/** The ways to sign in besides by a key or a token. */
export class SignInOptionsDto {
  @ApiProperty({ type: [SignInOptionDto] })
  readonly items!: readonly SignInOptionDto[];
}

const SENT_ON = { status: 303, description: 'To the issuer, back to the console, or to why not.' };

/** Signing in by an issuer, for browsers: the answers are redirects and cookies. */
@ApiTags('console')
@Controller('api/v1/console')
export class SignInController {
  constructor(
    private readonly handler: SignInHandler,
    private readonly sessions: ConsoleSessions,
  ) {}

  @Get('sign-in')
  @Operation('signInOptions', 'The ways to sign in at the console')
  @ApiOkResponse({ type: SignInOptionsDto })
  @ApiProblems(400)
  options(@NoQuery() _query: undefined): SignInOptionsDto {
    return { items: this.handler.options };
  }

  @Get('sign-in/:id')
  @Operation('startSignIn', 'Sends a browser to an issuer')
  @ApiParam({ name: 'id' })
  @ApiQuery({ name: 'to', required: false, description: 'The page of the console to go on with.' })
  @ApiResponse(SENT_ON)
  @ApiProblems(404)
  async start(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    sendOn(response, await this.handler.start(id, request.query['to']));
  }

  @Get('sign-in/:id/callback')
  @Operation('finishSignIn', 'Takes a browser that comes back from an issuer')
  @ApiParam({ name: 'id' })
  @ApiResponse(SENT_ON)
  @ApiProblems(404)
  async finish(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    sendOn(response, await this.handler.finish(id, request.query, request.headersDistinct));
  }

  @Post('sign-out')
  @HttpCode(204)
  @Operation('signOut', 'Ends the session of a browser')
  @ApiNoContentResponse()
  @ApiProblems(400, 403)
  signOut(
    @NoQuery() _query: undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): void {
    response.setHeader('Set-Cookie', this.sessions.end(request.headersDistinct));
  }
}

function sendOn(response: Response, { location, cookies }: SentOn): void {
  response.setHeader('Set-Cookie', cookies);
  response.setHeader('Location', location);
  response.status(303).end();
}
