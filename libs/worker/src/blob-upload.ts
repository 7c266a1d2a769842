import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { MAX_BLOB_BYTES, type BlobMediaType, type BlobRef } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { BusLog } from '@countersign/messaging';
import { messageOf } from './message-of.js';

/** Bytes that are to be uploaded: in memory, or in a file, which must not change meanwhile. */
export type BlobSource = { readonly bytes: Uint8Array } | { readonly path: string };

/** What a run wants to upload. */
export interface BlobToUpload {
  readonly source: BlobSource;
  readonly mediaType: BlobMediaType;
  /** The signed warrant of the run. */
  readonly warrant: string;
  /** Most bytes that it may have. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Pauses before an upload is tried again, in milliseconds. Three tries fit into the life of a lease. */
const PAUSES_MS = [500, 2_000];
/** How long the gateway may leave a connection silent, in milliseconds; longer than it takes for a whole request. */
const SILENCE_MS = 40_000;
/** Answers after which the same upload may succeed. */
const MAY_PASS = new Set([408, 429, 500, 502, 503, 504]);

/** Uploads outputs to the gateway, by streaming them. */
export class BlobUploader {
  constructor(
    private readonly gatewayUrl: string,
    private readonly log: BusLog,
  ) {}

  /** Uploads and names a blob. Throws `output_too_large`, or `output_upload_failed` after some tries. */
  async upload({ source, mediaType, warrant, maxBytes, signal }: BlobToUpload): Promise<BlobRef> {
    const size = 'bytes' in source ? source.bytes.length : (await stat(source.path)).size;
    if (size === 0) throw new CodedError('invalid_output', 'an output that is a blob has at least one byte');
    if (size > Math.min(maxBytes, MAX_BLOB_BYTES))
      throw new CodedError('output_too_large', 'the output is larger than may be returned');
    const digest = await digestOf(source);
    const url = new URL(`/api/v1/blobs/${digest.replace(':', '/')}`, this.gatewayUrl);
    const headers = {
      Authorization: `Bearer ${warrant}`,
      'Content-Type': mediaType,
      'Content-Length': String(size),
    };
    for (let tries = 0; ; tries++) {
      signal.throwIfAborted();
      const failure = await put(url, { method: 'PUT', headers, signal, timeout: SILENCE_MS }, source);
      if (failure === undefined) return { digest, size, media_type: mediaType };
      this.log.warn('an output was not uploaded', { status: failure.status, error: failure.message, tries });
      if (failure.status === 413)
        throw new CodedError('output_too_large', 'the output is larger than may be returned');
      const pause = PAUSES_MS[tries];
      if (pause === undefined || (failure.status !== undefined && !MAY_PASS.has(failure.status)))
        throw new CodedError('output_upload_failed', 'the output could not be uploaded');
      await wait(pause, undefined, { signal });
    }
  }
}

const streamOf = (source: BlobSource): Readable =>
  'bytes' in source ? Readable.from(piecesOf(source.bytes)) : createReadStream(source.path);

/** In pieces, so that one write does not hold all of it a second time. */
function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  const pieceBytes = 64 * 1024;
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function digestOf(source: BlobSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of streamOf(source)) hash.update(piece as Uint8Array);
  return `sha256:${hash.digest('hex')}`;
}

/** Why a blob was not taken. Without a status nobody has answered. */
interface Failure {
  readonly status?: number;
  readonly message: string;
}

/** Sends a blob; undefined when it was taken. An answer that comes before the whole was sent counts all the same. */
async function put(url: URL, options: RequestOptions, source: BlobSource): Promise<Failure | undefined> {
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
  request.on('timeout', () => request.destroy(new Error('the gateway was silent for too long')));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  const sent = pipeline(streamOf(source), request).catch((error: unknown) => {
    // Who refuses early hangs up; the answer says more than the broken connection.
    if (!request.destroyed) request.destroy(error instanceof Error ? error : undefined);
  });
  try {
    const response = await answered;
    response.resume();
    const status = response.statusCode ?? 0;
    return status === 200 || status === 201 ? undefined : { status, message: `the gateway said ${status}` };
  } catch (error) {
    return { message: messageOf(error) };
  } finally {
    request.destroy();
    await sent;
  }
}
