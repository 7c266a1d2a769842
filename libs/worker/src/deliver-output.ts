import { BlobMediaType, INLINE_OUTPUT_BYTES, MAX_BLOB_BYTES, type BlobRef } from '@countersign/contracts';
import { canonicalJson, CodedError } from '@countersign/kernel';
import type { BlobSource, BlobUploader } from './blob-upload.js';
import type { Grant } from './answers.js';
import type { WorkResult } from './worker-types.js';

/** What a handler returned, with its output where it can be sent: inline, or uploaded already. */
export type Delivered = Omit<WorkResult, 'blob'> & { readonly outputBlob?: BlobRef };

/** The run whose output it is. */
export interface DeliveringRun {
  readonly grant: Pick<Grant, 'constraints' | 'warrant'>;
  readonly signal: AbortSignal;
}

/**
 * Uploads an output that is too large for a message, or that its handler gave as bytes or as a file. Of a run that has
 * failed nothing is uploaded: nobody would read it. Throws `output_too_large`, `output_upload_failed` and
 * `invalid_output`.
 */
export async function deliverOutput(
  { blob, ...work }: WorkResult,
  { grant, signal }: DeliveringRun,
  uploader: Pick<BlobUploader, 'upload'> | undefined,
): Promise<Delivered> {
  if (work.status !== 'succeeded') return work;
  const large = blob ?? (uploader === undefined ? undefined : largeOutput(work));
  if (large === undefined) return work;
  if (uploader === undefined)
    throw new CodedError('output_too_large', 'this worker has nowhere to upload a large output to');
  const outputBlob = await uploader.upload({
    source: large.source,
    mediaType: large.mediaType,
    warrant: typeof grant.warrant === 'string' ? grant.warrant : '',
    maxBytes: grant.constraints.max_output_bytes ?? MAX_BLOB_BYTES,
    signal,
  });
  return { ...work, output: null, outputBlob };
}

/** The bytes of an output that is too large to travel inline; undefined when it is not, or is no JSON at all. */
function largeOutput({
  output,
}: Pick<WorkResult, 'output'>):
  { readonly source: BlobSource; readonly mediaType: BlobMediaType } | undefined {
  let text: string;
  try {
    text = canonicalJson(output);
  } catch {
    // It is refused where results are written, with the reason.
    return undefined;
  }
  if (Buffer.byteLength(text) <= INLINE_OUTPUT_BYTES) return undefined;
  if (typeof output === 'string')
    return { source: { bytes: Buffer.from(output) }, mediaType: BlobMediaType.Text };
  return { source: { bytes: Buffer.from(text) }, mediaType: BlobMediaType.Json };
}
