import type { IncomingHttpHeaders } from 'node:http';
import { BlobMediaType } from '@countersign/contracts';
import { ApiError } from '../http/problem.js';

/** What the headers of an upload say of its body. */
export interface Announced {
  readonly size: number;
  readonly mediaType: BlobMediaType;
}

const LENGTH = /^[0-9]{1,15}$/;
const TEXT = /^(application\/json|text\/plain)\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * Reads them. What is not text in UTF-8 is bytes, which nobody scans. Throws `length_required`, `too_large`,
 * `invalid_header` for a body of nothing, and `unsupported_media_type` for one in another coding.
 */
export function announcedBy(headers: IncomingHttpHeaders, maxBytes: number): Announced {
  const { 'content-length': length, 'content-type': type = '', 'content-encoding': coding } = headers;
  if (coding !== undefined)
    throw new ApiError('unsupported_media_type', 'Send a blob without a content encoding.');
  if (headers['transfer-encoding'] !== undefined || length === undefined || !LENGTH.test(length))
    throw new ApiError('length_required', 'Say how long the blob is: Content-Length, in bytes.');
  const size = Number(length);
  if (size > maxBytes) throw new ApiError('too_large', `A blob has at most ${maxBytes} bytes.`);
  if (size === 0) throw new ApiError('invalid_header', 'Content-Length: a blob has at least one byte.');
  const known = TEXT.exec(type.trim())?.[1]?.toLowerCase();
  return { size, mediaType: known === undefined ? BlobMediaType.Bytes : (known as BlobMediaType) };
}
