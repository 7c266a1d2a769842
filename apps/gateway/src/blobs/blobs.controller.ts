import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { BlobMediaType } from '@countersign/contracts';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import { announcedBy } from './announced.js';
import { BlobDigestPipe } from './blob-digest.pipe.js';
import { ReadBlobHandler } from './read-blob.handler.js';
import { UploadBlobHandler } from './upload-blob.handler.js';

const DIGEST = { name: 'digest', description: 'SHA-256 of the bytes, in lower-case hexadecimal digits.' };
const CONTENT_TYPES: Readonly<Record<BlobMediaType, string>> = {
  'application/json': 'application/json; charset=utf-8',
  'text/plain': 'text/plain; charset=utf-8',
  'application/octet-stream': 'application/octet-stream',
};

/** Whether the caller did not want the rest. */
const hasHungUp = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';

/** `PUT` and `GET /api/v1/blobs/sha256/<digest>`: outputs that are too large for a message. */
@ApiTags('blobs')
@Controller('api/v1/blobs/sha256')
export class BlobsController {
  constructor(
    private readonly uploads: UploadBlobHandler,
    private readonly reading: ReadBlobHandler,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  @Put(':digest')
  @Operation('putBlob', 'Uploads an output of a run, once; the warrant of the run is the credential')
  @ApiParam(DIGEST)
  @ApiConsumes(...Object.values(BlobMediaType))
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiCreatedResponse({ description: 'The blob is stored.' })
  @ApiOkResponse({ description: 'The run has stored the same bytes before; nothing was done.' })
  @ApiProblems(400, 401, 403, 411, 413, 415, 422, 429, 503)
  async put(
    @NoQuery() _query: undefined,
    @VerifiedCaller() { tenant, run }: Caller,
    @Param('digest', BlobDigestPipe) digest: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (run === undefined) throw new Error('an upload was let in without a run');
    const announced = announcedBy(request.headers, this.settings.blobs.maxBytes);
    const uploaded = await this.uploads.take({ ...announced, tenant, run, digest, bytes: request });
    response.status(uploaded === 'created' ? 201 : 200).json({ digest, size: announced.size });
  }

  @Get(':digest')
  @Operation('getBlob', 'The bytes of a released output')
  @ApiParam(DIGEST)
  @ApiOkResponse({
    description: 'The bytes, as an attachment.',
    content: Object.fromEntries(
      Object.values(BlobMediaType).map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
    ),
  })
  @ApiProblems(400, 401, 403, 404, 503)
  async get(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('digest', BlobDigestPipe) digest: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const blob = await this.reading.find(digest, { caller, trace });
    const bytes = request.method === 'HEAD' ? undefined : await this.reading.bytesOf(blob, digest);
    response.setHeader('Content-Type', CONTENT_TYPES[blob.media_type]);
    response.setHeader('Content-Length', blob.size);
    response.setHeader('Content-Disposition', `attachment; filename="${digest.slice('sha256:'.length)}"`);
    if (bytes === undefined) return void response.end();
    try {
      await pipeline(bytes, response);
    } catch (error) {
      if (!hasHungUp(error)) throw error;
    }
  }
}
